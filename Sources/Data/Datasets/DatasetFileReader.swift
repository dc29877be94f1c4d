import Digests
import Dispatch
import Files
import HDF5
import Imaging
import Synchronization

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

/// Reads pixels from a data set file.
struct DatasetFileReader {
  let path: String
  let header: DatasetFileHeader

  /// The cases at these positions, in their order, with their digests where the file has a seal.
  func load(_ range: Range<Int>, threads: Int) throws(FileError) -> [LoadedCase] {
    let file = try reading { () throws(HDF5Error) in try HDF5File.open(path) }
    let images = try reading { () throws(HDF5Error) in try file.openDataset("images") }
    let labels = try reading { () throws(HDF5Error) in try file.openDataset("labels") }
    var cases: [LoadedCase] = []
    cases.reserveCapacity(range.count)
    for position in range {
      let image = try row(position, of: images)
      let label = try row(position, of: labels)
      cases.append(
        LoadedCase(
          MaskedImage(side: header.imageSize, image: image, mask: label),
          hasLabel: header.hasLabel[position], originalSize: header.originalSizes[position]))
    }
    if header.seal != nil {
      for (index, digest) in Self.digests(of: cases, threads: threads).enumerated() {
        cases[index].sourceDigest = digest
      }
    }
    try checkLabels(cases, from: range.lowerBound)
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

  private func checkLabels(_ cases: [LoadedCase], from start: Int) throws(FileError) {
    guard let wrong = cases.firstIndex(where: { $0.label.contains { $0 > 1 } }) else { return }
    throw FileError(
      path,
      "/labels: the mask of \(header.names[start + wrong]) has values other than 0 and 1;"
        + " convert the data set again")
  }

  // MARK: The seal

  /// The digests of a case's rows of both arrays, one after the other.
  static func digest(image: [UInt8], label: [UInt8]) -> String {
    image.withUnsafeBytes { SHA256.digest(of: $0) }
      + label.withUnsafeBytes { SHA256.digest(of: $0) }
  }

  private static func digests(of cases: [LoadedCase], threads: Int) -> [String] {
    let share = (cases.count + max(1, threads) - 1) / max(1, threads)
    let shares = stride(from: 0, to: cases.count, by: max(1, share)).map {
      $0..<min($0 + share, cases.count)
    }
    let results = Mutex([[String]](repeating: [], count: shares.count))
    DispatchQueue.concurrentPerform(iterations: shares.count) { index in
      let digests = cases[shares[index]].map { digest(image: $0.image, label: $0.label) }
      results.withLock { $0[index] = digests }
    }
    return results.withLock { $0 }.flatMap { $0 }
  }

  /// Compares what was read of all cases with the seal; nothing to do where there is none.
  ///
  /// - Parameter caseDigests: of all cases, see `digest`.
  func verify(_ caseDigests: [String]) throws(FileError) {
    guard let seal = header.seal else { return }
    let file = try reading { () throws(HDF5Error) in try HDF5File.open(path) }
    for (path, digest) in DatasetFileReader.arrayDigests(caseDigests, side: header.imageSize) {
      try reading { () throws(HDF5Error) in try file.verify(digest, of: path, by: seal) }
    }
  }

  /// The digests of both arrays of pixels.
  static func arrayDigests(
    _ caseDigests: [String], side: Int
  ) -> [(path: String, digest: String)] {
    DatasetFile.pixelArrays.enumerated().map { index, path in
      var digest = ArrayDigest(type: .uint8, shape: [caseDigests.count, side, side])
      for rows in caseDigests {
        let half = rows.utf8.count / 2
        digest.append(rowDigests: String(index == 0 ? rows.prefix(half) : rows.suffix(half)))
      }
      return (path, digest.finalize())
    }
  }
}
