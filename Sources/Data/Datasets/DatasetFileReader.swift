import Files
import HDF5
import Imaging

extension DatasetSource {
  /// Opens a file that `convert` wrote.
  static func openFile(_ path: String, imageSize: Int?) throws(FileError) -> DatasetSource {
    let header = try DatasetFileHeader.read(path)
    if let imageSize, imageSize != header.imageSize {
      throw FileError(
        path,
        "holds images of \(header.imageSize)×\(header.imageSize) pixels, but"
          + " \(imageSize)×\(imageSize) are wanted; convert it again with --image-size \(imageSize)"
          + " or train with --img-size \(header.imageSize)")
    }
    return DatasetSource(
      name: header.name, path: path, imageSize: header.imageSize, names: header.names,
      hasLabel: header.hasLabel, splits: header.splits, notes: header.notes,
      storage: .file(
        sourceDigest: header.sourceDigest, originalSizes: header.originalSizes))
  }
}

/// Reads pixels from a data set file.
enum DatasetFileReader {
  /// The cases at these positions, in their order.
  package static func load(
    _ range: Range<Int>, of source: DatasetSource, originalSizes: [Dataset.PixelSize]
  ) throws(FileError) -> [LoadedCase] {
    let file = try reading { () throws(HDF5Error) in try HDF5File.open(source.path) }
    let images = try reading { () throws(HDF5Error) in try file.openDataset("images") }
    let labels = try reading { () throws(HDF5Error) in try file.openDataset("labels") }
    var cases: [LoadedCase] = []
    cases.reserveCapacity(range.count)
    for position in range {
      let row = position..<(position + 1)
      let image = try reading { () throws(HDF5Error) in
        try images.readRows(row, as: UInt8.self)
      }
      let label = try reading { () throws(HDF5Error) in
        try labels.readRows(row, as: UInt8.self)
      }
      guard label.allSatisfy({ $0 <= 1 }) else {
        throw FileError(
          source.path,
          "/labels: the mask of \(source.names[position]) has values other than 0 and 1;"
            + " convert the data set again")
      }
      cases.append(
        LoadedCase(
          MaskedImage(side: source.imageSize, image: image, mask: label),
          hasLabel: source.hasLabel[position],
          originalSize: originalSizes[position]))
    }
    return cases
  }
}
