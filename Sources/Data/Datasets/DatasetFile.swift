import Files
import HDF5
import Imaging

/// The HDF5 file that `convert` writes and training reads.
///
/// Root attributes: `format`, `format_version`, `name`, `image_size`, `source_digest`, `notes`,
/// `complete`, `seal`. Datasets, N images of side S: `/images` uint8 [N, S, S]; `/labels` uint8 [N, S, S]
/// (0 or 1), both one image a chunk with a Fletcher32 checksum and not compressed, so that a random
/// read is one seek; `/names` strings [N]; `/has_label` uint8 [N]; `/original_size` int32 [N, 2]
/// (width, height); `/splits/train`, `/splits/val`, `/splits/test` int32, positions in the order of
/// the lists, empty where there was none; `/class` strings [N], where the images have classes.
public enum DatasetFile {
  static let format = "switch-dist dataset"
  static let version: Int64 = 1

  /// The arrays that are read image by image, and compared with the seal when all were read.
  static let pixelArrays = ["images", "labels"]

  /// Whether the file says it is a data set of this format, whole or not.
  ///
  /// - Throws: `FileError` where what it says cannot be believed.
  public static func recognizes(_ path: String) throws(FileError) -> Bool {
    guard HDF5File.isHDF5(path) else { return false }
    return try reading { () throws(HDF5Error) in
      let file = try HDF5File.open(path)
      try file.verify(.header)
      return try file.attributeNames().contains("format")
        && (try? file.readAttribute("format", as: String.self)) == format
    }
  }

  /// Writes a data set held in memory; the target appears only when it is whole and verified.
  public static func write(_ dataset: Dataset, to path: String) throws(FileError) {
    var writer = try DatasetFileWriter(
      path, name: dataset.name, imageSize: dataset.imageSize, names: dataset.names,
      splits: dataset.splits)
    for position in dataset.names.indices {
      try writer.append(
        LoadedCase(
          MaskedImage(image: dataset.image(position), mask: dataset.mask(position)),
          hasLabel: dataset.hasLabel[position], originalSize: dataset.originalSizes[position]))
    }
    try writer.finish(sourceDigest: dataset.sourceDigest, notes: dataset.notes)
  }

  /// What the file holds; reads all of it, or all but the pixels.
  public static func describe(
    _ path: String, isQuick: Bool = false
  ) throws(FileError) -> DatasetDescription {
    let header = try DatasetFileHeader.read(path)
    let source = try DatasetSource.openFile(path, imageSize: nil)
    let content = isQuick ? nil : try source.loadAll().contentDigest()
    return DatasetDescription(
      format: format, formatVersion: Int(version), name: header.name,
      imageSize: header.imageSize, images: header.names.count, masks: header.hasLabel.count { $0 },
      train: header.splits.train.count, validation: header.splits.validation.count,
      test: header.splits.test.count, classes: ClassCount.counts(header.classes, header.splits),
      sourceDigest: header.sourceDigest,
      contentDigest: content, complete: true, fileSize: FileSystem.size(path),
      notes: header.notes,
      checked: header.seal == nil ? .checksums : isQuick ? .header : .everything)
  }
}

/// What `inspect` shows of a data set file.
public struct DatasetDescription: Codable, Equatable, Sendable {
  public var format: String
  public var formatVersion: Int
  public var name: String
  /// Side of every image in pixels.
  public var imageSize: Int
  public var images: Int
  public var masks: Int
  public var train: Int
  public var validation: Int
  public var test: Int
  /// In the order of their names' bytes; nil where there are no classes.
  public var classes: [ClassCount]?
  /// SHA-256 over names, splits and source bytes.
  public var sourceDigest: String
  /// `Dataset.contentDigest` of what was read; nil where only the header was.
  public var contentDigest: String?
  public var complete: Bool
  /// Bytes.
  public var fileSize: Int
  public var notes: [String]
  /// What of the file was compared with its seal.
  public var checked: HDF5File.Check
}
