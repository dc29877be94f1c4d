import Files
import HDF5
import Methods
import Runs
import Settings

extension IterationDump {
  static let version = 2

  /// What the file says about itself: nothing of ranks and threads.
  package struct Header {
    package var configuration: String
    package var learningRate: Double
    package var sourceDigest: String
  }

  /// Writes beside the target, then puts it in place.
  func write(_ header: Header, to path: String) throws(FileError) {
    do {
      let replacement = FileReplacement(of: path)
      var file = try SealedFileWriter(for: replacement)
      for entry in entries { try write(entry, in: &file) }
      try file.writeAttribute("format", value: ArrayFileDescription.dumpFormat)
      try file.writeAttribute("format_version", value: Self.version)
      try file.writeAttribute("configuration", value: header.configuration)
      try file.writeAttribute("phase", value: plan.phase.name)
      try file.writeAttribute("iteration", value: iteration)
      try file.writeAttribute("learning_rate", value: header.learningRate)
      try file.writeAttribute("arithmetic_version", value: ArithmeticVersion.current)
      try file.writeAttribute("source_digest", value: header.sourceDigest)
      try file.writeAttribute("tool_version", value: toolVersion)
      try file.close()
      try replacement.synchronize()
      try replacement.commit()
    } catch {
      throw FileError(path, "the dump cannot be written: \(FileError(path, error).message)")
    }
  }

  private func write(_ entry: Entry, in file: inout SealedFileWriter) throws(HDF5Error) {
    switch entry.content {
    case .floats(let values):
      try file.write(values, shape: entry.shape, at: entry.path)
    case .doubles(let values): try file.write(values, shape: entry.shape, at: entry.path)
    case .strings(let values): try file.writeStrings(values, at: entry.path)
    }
  }
}
