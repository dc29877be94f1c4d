import Files
import HDF5
import Settings

/// A probability map as an HDF5 file.
enum ProbabilityFile {
  static let format = "switch-dist probability"
  static let version = 1

  /// - Parameter probability: written as `/probability`, float32, [height, width], 0 to 1.
  static func write(_ probability: LesionProbability, to path: String) throws(FileError) {
    do {
      let replacement = FileReplacement(of: path)
      var file = try SealedFileWriter(for: replacement)
      try file.write(
        probability.values(), shape: [probability.height, probability.width], at: "probability")
      try file.writeAttribute("format", value: format)
      try file.writeAttribute("format_version", value: version)
      try file.writeAttribute("tool_version", value: toolVersion)
      try file.close()
      try replacement.commit()
    } catch {
      throw FileError(path, error)
    }
  }
}
