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
  private var hasLabel: [UInt8] = []
  private var originalSizes: [Int32] = []
  /// Of the pixels of each image and mask, for the seal.
  private var digests: [String] = []

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
      var file = try SealedFileWriter(replacement.temporaryPath)
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
  }

  /// Writes the next image and its mask.
  public mutating func append(_ next: LoadedCase) throws(FileError) {
    let position = hasLabel.count
    let row = position..<(position + 1)
    let pixels = imageSize * imageSize
    guard position < names.count, next.image.count == pixels, next.label.count == pixels else {
      throw FileError(
        replacement.path,
        "image \(position) does not fit a data set of \(names.count)"
          + " images of \(imageSize)×\(imageSize) pixels")
    }
    try reading { () throws(HDF5Error) in
      try images.writeRows(row, from: next.image)
      try labels.writeRows(row, from: next.label)
    }
    digests.append(DatasetFileReader.digest(image: next.image, label: next.label))
    hasLabel.append(next.hasLabel ? 1 : 0)
    originalSizes += [
      Int32(clamping: next.originalSize.width), Int32(clamping: next.originalSize.height),
    ]
  }

  /// Completes the file, waits until it is on the medium, reads all of it back, and puts it in place.
  public consuming func finish(
    sourceDigest: String, notes: [String]
  ) throws(FileError) {
    let path = replacement.path
    let count = hasLabel.count
    guard count == names.count else {
      throw FileError(path, "\(count) of \(names.count) images were written")
    }
    try writeRest(sourceDigest: sourceDigest, notes: notes)
    try DatasetFileWriter.close(file, images, labels)
    try DatasetFileWriter.put(replacement)
    lock.release()
  }

  private mutating func writeRest(sourceDigest: String, notes: [String]) throws(FileError) {
    do throws(HDF5Error) {
      try file.write(hasLabel, shape: [hasLabel.count], at: "has_label")
      try file.write(originalSizes, shape: [hasLabel.count, 2], at: "original_size")
      for (path, digest) in DatasetFileReader.arrayDigests(digests, side: imageSize) {
        file.record(digest, of: path)
      }
      try file.writeAttribute("source_digest", value: sourceDigest)
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

  /// The seal compares what was meant with what is read back.
  private static func put(_ replacement: consuming FileReplacement) throws(FileError) {
    try replacement.synchronize()
    do throws(FileError) {
      try reading { () throws(HDF5Error) in
        _ = try HDF5File.open(replacement.temporaryPath).verify()
      }
    } catch {
      throw FileError(
        replacement.path,
        error.isDamaged
          ? "what was read back is not what was written; check the disk" : error.message)
    }
    try replacement.commit()
  }
}
