import Datasets
import MPI
import Settings
import Telemetry

/// Refuses to write one file from several processes.
func requireOneProcess(_ command: String) throws(ConfigurationError) {
  guard Universe.launcherSize == 1 else {
    throw ConfigurationError("switch-dist \(command) runs as one process; start it without mpirun")
  }
}

/// Checks an image size by the rule of training, so that every data set made can be trained on.
func requireImageSize(_ size: Int) throws(ConfigurationError) {
  var configuration = RunConfiguration()
  configuration.data.imageSize = size
  do {
    try configuration.validate()
  } catch {
    throw ConfigurationError(error.description.replacing("--img-size", with: "--image-size"))
  }
}

/// Checks a number of threads that read or draw images.
func requireThreads(_ count: Int) throws(ConfigurationError) {
  guard (1...256).contains(count) else {
    throw ConfigurationError("--threads must be in 1 … 256, not \(count)")
  }
}

/// Prints what a data set file holds.
func describe(_ file: DatasetDescription, path: String) {
  let megabytes = decimalText(Double(file.fileSize) / 1e6, places: 1)
  print(
    "\(path): \(file.images) images of \(file.imageSize)×\(file.imageSize) pixels, \(megabytes) MB")
  print("  masks      \(file.masks)")
  print("  lists      train \(file.train), validation \(file.validation), test \(file.test)")
  if let classes = file.classes {
    print("  classes    \(classes.map(\.text).joined(separator: ", "))")
  }
  print("  source     \(file.sourceDigest)")
  print("  content    \(file.contentDigest ?? "not computed")")
  for note in file.notes { print("  note       \(note)") }
}
