import Files
import HDF5
import Imaging

/// The HDF5 file that `convert` writes and training reads.
///
/// Root attributes: `format`, `format_version`, `name`, `image_size`, `source_digest`, `content_digest`,
/// `notes`, `complete`, `seal`. Datasets, N images of side S: `/images` uint8 [N, S, S]; `/labels` uint8
/// [N, S, S] (0 or 1), both in one piece and not compressed, so that a random read is one seek;
/// `/row_digest` uint8 [N, 2, 32], SHA-256 of each image and mask, by which it is checked; `/names` strings
/// [N]; `/has_label` uint8 [N]; `/original_size` int32 [N, 2] (width, height); `/splits/train`,
/// `/splits/val`, `/splits/test` int32, positions in the order of the lists, empty where there was none;
/// `/class` strings [N], where the images have classes. Files of earlier versions have no `content_digest`
/// and no `/row_digest`, and Fletcher32 checksums instead.
public enum DatasetFile {
  static let format = "switch-dist dataset"
  static let version: Int64 = 1

  /// What a file's name may end in.
  public static let extensions = ["h5", "hdf5"]

  /// The extension, with its dot, that makes a path one of a file and not of a folder.
  public static func suffix(of path: String) -> String? {
    extensions.map { "." + $0 }.first { path.hasSuffix($0) }
  }

  static let contentDigestName = "content_digest"
  /// The array of the digests of all pictures.
  public static let rowDigestsName = "row_digest"

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
          MaskedImage(image: try dataset.image(position), mask: try dataset.mask(position)),
          hasLabel: dataset.hasLabel[position], originalSize: dataset.originalSizes[position]))
    }
    try writer.finish(sourceDigest: dataset.sourceDigest, notes: dataset.notes)
  }

  /// What the file holds; reads all of it, or all but the pixels.
  public static func describe(
    _ path: String, isQuick: Bool = false
  ) throws(FileError) -> DatasetDescription {
    let header = try DatasetFileHeader.read(path)
    let content =
      isQuick ? nil : try contentDigest(of: try DatasetSource.openFile(path, imageSize: nil))
    return description(
      of: path, header, contentDigest: content,
      checked: header.seal == nil ? .checksums : isQuick ? .header : .everything)
  }

  /// What a file holds that was compared with what was meant when it was written.
  static func describeVerified(_ path: String) throws(FileError) -> DatasetDescription {
    let header = try DatasetFileHeader.read(path)
    return description(
      of: path, header, contentDigest: header.rows?.contentDigest, checked: .everything)
  }

  private static func description(
    of path: String, _ header: DatasetFileHeader, contentDigest: String?, checked: HDF5File.Check
  ) -> DatasetDescription {
    DatasetDescription(
      format: format, formatVersion: Int(version), name: header.name,
      imageSize: header.imageSize, images: header.names.count, masks: header.hasLabel.count { $0 },
      train: header.splits.train.count, validation: header.splits.validation.count,
      test: header.splits.test.count, classes: ClassCount.counts(header.classes, header.splits),
      sourceDigest: header.sourceDigest, contentDigest: contentDigest, complete: true,
      fileSize: FileSystem.size(path), notes: header.notes, checked: checked)
  }
}

extension DatasetFile {
  /// That of the pixels, which must be the one that the file says it has.
  private static func contentDigest(of source: DatasetSource) throws(FileError) -> String {
    guard let dataset = try source.onDemand(cacheBytes: 0) else {
      return try source.loadAll().contentDigest()
    }
    let computed = try dataset.computedContentDigest()
    guard try computed == dataset.contentDigest() else {
      throw FileError(
        source.path,
        "attribute \(contentDigestName) of /: damaged, is not the digest of the pixels; make the"
          + " file anew",
        isDamaged: true)
    }
    return computed
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
