import Files
import HDF5

/// Writes a data set file image by image; the target appears when `finish` has verified it.
public struct DatasetFileWriter: ~Copyable {
  /// What was taken over from a process that ended while it wrote the file; see `LockFile`.
  public var note: String? { lock.note }
  private let lock: LockFile
  private let replacement: FileReplacement
  private var file: SealedFileWriter
  private let images: HDF5Dataset
  private let labels: HDF5Dataset
  private let imageSize: Int
  private let names: [String]
  private let splits: Dataset.Splits
  private var hasLabel: [UInt8] = []
  private var originalSizes: [Int32] = []
  private var digests = RowDigests()

  /// Creates the temporary file and its image datasets for as many images as there are names.
  ///
  /// - Parameter classes: one for each name, or none at all.
  /// - Throws: `FileError` with `isInUse` where another process is writing the same file.
  public init(
    _ path: String, name: String, imageSize: Int, names: [String], splits: Dataset.Splits,
    classes: [String] = []
  ) throws(FileError) {
    let lock = try LockFile(
      on: path, against: "another process", remedy: "give another --output")
    lock.removeLeftovers(of: FileSystem.lastComponent(path))
    let replacement = FileReplacement(of: path)
    let shape = [names.count, imageSize, imageSize]
    let file = try reading { () throws(HDF5Error) in
      var file = try SealedFileWriter(for: replacement)
      try file.writeAttribute("format", value: DatasetFile.format)
      try file.writeAttribute("format_version", value: DatasetFile.version)
      try file.writeAttribute("name", value: name)
      try file.writeAttribute("image_size", value: imageSize)
      try file.writeAttribute("complete", value: false)
      try file.writeStrings(names, at: "names")
      if !classes.isEmpty { try file.writeStrings(classes, at: "class") }
      for (title, positions) in splits.titled {
        try file.write(
          positions.map { Int32($0) }, shape: [positions.count], at: "splits/\(title)")
      }
      return file
    }
    let images = try reading { () throws(HDF5Error) in
      try file.createRows(at: "images", type: UInt8.self, shape: shape)
    }
    let labels = try reading { () throws(HDF5Error) in
      try file.createRows(at: "labels", type: UInt8.self, shape: shape)
    }
    self.lock = lock
    self.file = file
    self.images = images
    self.labels = labels
    self.replacement = replacement
    self.imageSize = imageSize
    self.names = names
    self.splits = splits
  }

  /// Writes the next image and its mask.
  public mutating func append(_ next: LoadedCase) throws(FileError) {
    try append(DigestedCase(next))
  }

  /// Writes the next image and its mask, which another thread has digested.
  mutating func append(_ next: DigestedCase) throws(FileError) {
    let position = hasLabel.count
    let row = position..<(position + 1)
    let (one, pixels) = (next.loaded, imageSize * imageSize)
    guard position < names.count, one.image.count == pixels, one.label.count == pixels else {
      throw FileError(
        replacement.path,
        "image \(position) does not fit a data set of \(names.count)"
          + " images of \(imageSize)×\(imageSize) pixels")
    }
    try reading { () throws(HDF5Error) in
      try images.writeRows(row, from: one.image)
      try labels.writeRows(row, from: one.label)
    }
    digests.append(next.digests)
    hasLabel.append(one.hasLabel ? 1 : 0)
    originalSizes += [
      Int32(clamping: one.originalSize.width), Int32(clamping: one.originalSize.height),
    ]
  }

  /// Completes the file, waits until it is on the medium, reads all of it back, and puts it in place.
  ///
  /// - Returns: what was read back.
  @discardableResult
  public consuming func finish(
    sourceDigest: String, notes: [String]
  ) throws(FileError) -> DatasetDescription {
    let path = replacement.path
    let count = hasLabel.count
    let description: DatasetDescription
    guard count == names.count else {
      throw FileError(path, "\(count) of \(names.count) images were written")
    }
    do throws(FileError) {
      let content = try contentDigest()
      try writeRest(sourceDigest: sourceDigest, contentDigest: content, notes: notes)
      try DatasetFileWriter.close(file, images, labels)
      try replacement.synchronize()
      description = try DatasetFile.describeVerified(replacement.temporaryPath)
    } catch {
      throw FileError(
        path,
        error.isDamaged
          ? "what was read back is not what was written; check the disk" : error.message)
    }
    try replacement.commit()
    lock.release()
    return description
  }

  /// Waits until the pixels are on the medium and reads them back.
  private func contentDigest() throws(FileError) -> String {
    let offsets = try reading { () throws(HDF5Error) in
      try file.flush()
      return (images: try images.byteOffset ?? 0, labels: try labels.byteOffset ?? 0)
    }
    try replacement.synchronize()
    let rows = DatasetFileRows(digests: digests, images: offsets.images, labels: offsets.labels)
    let pixels = try PixelFile(
      replacement.temporaryPath, rows: rows, names: names, side: imageSize, cacheBytes: 0)
    var hash = PixelHash(
      imageSize: imageSize, names: names, hasLabel: hasLabel.map { $0 == 1 }, splits: splits)
    for plane in PixelStore.Plane.allCases {
      for position in names.indices { hash.update(try pixels.pixels(plane, of: position)) }
    }
    return hash.finalize()
  }

  private mutating func writeRest(
    sourceDigest: String, contentDigest: String, notes: [String]
  ) throws(FileError) {
    do throws(HDF5Error) {
      try file.write(hasLabel, shape: [hasLabel.count], at: "has_label")
      try file.write(originalSizes, shape: [hasLabel.count, 2], at: "original_size")
      try file.write(
        digests.bytes, shape: RowDigests.shape(count: digests.count), at: RowDigests.arrayName)
      for plane in PixelStore.Plane.allCases {
        file.record(digests.arrayDigest(plane, side: imageSize), of: plane.arrayName)
      }
      try file.writeAttribute("source_digest", value: sourceDigest)
      try file.writeAttribute(DatasetFile.contentDigestName, value: contentDigest)
      try file.writeAttribute("notes", value: notes)
      try file.writeAttribute("complete", value: true)
    } catch {
      throw FileError(error)
    }
  }

  private static func close(
    _ file: consuming SealedFileWriter, _ images: consuming HDF5Dataset,
    _ labels: consuming HDF5Dataset
  ) throws(FileError) {
    do throws(HDF5Error) {
      try images.close()
      try labels.close()
      try file.close()
    } catch {
      throw FileError(error)
    }
  }
}

/// A case to be written, with the digests of its pixels.
struct DigestedCase: Sendable {
  let loaded: LoadedCase
  let digests: RowDigests

  init(_ loaded: LoadedCase) {
    self.loaded = loaded
    var digests = RowDigests()
    digests.append(image: loaded.image, label: loaded.label)
    self.digests = digests
  }
}
