import Digests
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
      hasLabel: header.hasLabel, splits: header.splits, classes: header.classes,
      notes: header.notes, storage: .file(header))
  }
}

extension DatasetSource {
  /// The data set with its pixels left in the file, where it can be read picture by picture.
  ///
  /// - Parameter cacheBytes: memory for pictures that were read, at most.
  public func onDemand(cacheBytes: Int) throws(FileError) -> Dataset? {
    guard case .file(let header) = storage, let rows = header.rows else { return nil }
    let pixels = try PixelFile(
      path, rows: rows, names: names, side: imageSize, cacheBytes: cacheBytes)
    return divided(
      Dataset(
        name: name, imageSize: imageSize, names: names, pixels: .file(pixels), hasLabel: hasLabel,
        originalSizes: header.originalSizes, splits: splits, sourceDigest: header.sourceDigest,
        notes: notes))
  }

  /// The data set with its pixels where they can be had: left in the file, or in memory.
  public func dataset(threads: Int = 1) throws(FileError) -> Dataset {
    guard let dataset = try onDemand(cacheBytes: 0) else { return try loadAll(threads: threads) }
    return dataset
  }
}

/// Reads the cases of a data set file.
struct DatasetFileReader {
  let path: String
  let header: DatasetFileHeader

  /// The cases at these positions, in their order.
  func load(_ range: Range<Int>) throws(FileError) -> [LoadedCase] {
    guard let rows = header.rows else { return try loadUnindexed(range) }
    let file = try PixelFile(
      path, rows: rows, names: header.names, side: header.imageSize, cacheBytes: 0)
    var cases: [LoadedCase] = []
    for position in range {
      let image = try file.pixels(.image, of: position)
      cases.append(loaded(position, image: image, mask: try file.pixels(.mask, of: position)))
    }
    return cases
  }

  private func loaded(_ position: Int, image: [UInt8], mask: [UInt8]) -> LoadedCase {
    LoadedCase(
      MaskedImage(side: header.imageSize, image: image, mask: mask),
      hasLabel: header.hasLabel[position], originalSize: header.originalSizes[position])
  }

  // MARK: Files without row digests

  /// The cases, with their rows' digests where the file has a seal.
  private func loadUnindexed(_ range: Range<Int>) throws(FileError) -> [LoadedCase] {
    let file = try reading { () throws(HDF5Error) in try HDF5File.open(path) }
    let images = try reading { () throws(HDF5Error) in try file.openDataset("images") }
    let labels = try reading { () throws(HDF5Error) in try file.openDataset("labels") }
    var cases: [LoadedCase] = []
    for position in range {
      let image = try row(position, of: images)
      let mask = try row(position, of: labels)
      try DatasetFile.checkMask(mask, of: header.names[position], in: path)
      var one = loaded(position, image: image, mask: mask)
      if header.seal != nil {
        var digests = RowDigests()
        digests.append(image: image, label: mask)
        one.sourceDigest = SHA256.hexadecimal(digests.bytes[...])
      }
      cases.append(one)
    }
    return cases
  }

  private func row(_ position: Int, of array: borrowing HDF5Dataset) throws(FileError) -> [UInt8] {
    do {
      return try array.readRows(position..<(position + 1), as: UInt8.self)
    } catch {
      let error = FileError(error)
      throw FileError(
        path, "\(header.names[position]): \(error.message)", isInUse: error.isInUse,
        isDamaged: error.isDamaged)
    }
  }

  /// Compares what was read of all cases with the seal; nothing to do where there is none, or where each was
  /// compared with a digest of its own.
  ///
  /// - Parameter caseDigests: of all cases: the digests of their rows, hexadecimal.
  func verify(_ caseDigests: [String]) throws(FileError) {
    guard header.rows == nil, let seal = header.seal else { return }
    let file = try reading { () throws(HDF5Error) in try HDF5File.open(path) }
    let side = header.imageSize
    for plane in PixelStore.Plane.allCases {
      var digest = ArrayDigest(type: .uint8, shape: [caseDigests.count, side, side])
      for rows in caseDigests {
        let half = rows.utf8.count / 2
        digest.append(rowDigests: String(plane == .image ? rows.prefix(half) : rows.suffix(half)))
      }
      let found = digest.finalize()
      try reading { () throws(HDF5Error) in try file.verify(found, of: plane.arrayName, by: seal) }
    }
  }
}

extension DatasetFile {
  static func checkMask(
    _ pixels: [UInt8], of name: String, in path: String
  ) throws(FileError) {
    guard pixels.contains(where: { $0 > 1 }) else { return }
    throw FileError(
      path,
      "/labels: the mask of \(name) has values other than 0 and 1; convert the data set again")
  }
}
