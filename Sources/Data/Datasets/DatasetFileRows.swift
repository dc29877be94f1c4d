import Digests
import Files
import HDF5

/// What a data set file has for reading single pictures: their places and digests. Files of earlier versions
/// do not have it, nor those whose arrays another program has stored in pieces.
struct DatasetFileRows: Equatable {
  var digests: RowDigests
  /// `Dataset.contentDigest`.
  var contentDigest: String
  /// Where in the file the arrays begin.
  private let imagesOffset: Int
  private let labelsOffset: Int

  func offset(of plane: PixelStore.Plane) -> Int {
    plane == .image ? imagesOffset : labelsOffset
  }

  /// Of arrays that are being written, which begin there in the file.
  init(digests: RowDigests, images: Int, labels: Int) {
    self.digests = digests
    contentDigest = ""
    (imagesOffset, labelsOffset) = (images, labels)
  }

  /// Nil where the file must be read as a whole.
  ///
  /// - Parameter count: of the images.
  init?(_ file: borrowing HDF5File, count: Int) throws(HDF5Error) {
    guard try file.exists(RowDigests.arrayName),
      try file.attributeNames().contains(DatasetFile.contentDigestName),
      let images = try file.openDataset(PixelStore.Plane.image.arrayName).byteOffset,
      let labels = try file.openDataset(PixelStore.Plane.mask.arrayName).byteOffset
    else { return nil }
    let (shape, bytes) = try file.read(RowDigests.arrayName, as: UInt8.self)
    guard shape == RowDigests.shape(count: count) else { return nil }
    digests = RowDigests(bytes: bytes)
    contentDigest = try file.readAttribute(DatasetFile.contentDigestName, as: String.self)
    (imagesOffset, labelsOffset) = (images, labels)
  }
}

/// SHA-256 of every picture, uint8 [N, 2, 32]: an image's, then its mask's.
struct RowDigests: Equatable {
  static let arrayName = DatasetFile.rowDigestsName

  private(set) var bytes: [UInt8] = []

  init() {}

  init(bytes: [UInt8]) { self.bytes = bytes }

  static func shape(count: Int) -> [Int] {
    [count, PixelStore.Plane.allCases.count, SHA256.byteCount]
  }

  /// Pictures are counted case by case.
  static func number(_ plane: PixelStore.Plane, of position: Int) -> Int {
    position * PixelStore.Plane.allCases.count + plane.rawValue
  }

  /// Of how many cases.
  var count: Int { bytes.count / (PixelStore.Plane.allCases.count * SHA256.byteCount) }

  subscript(plane: PixelStore.Plane, of position: Int) -> ArraySlice<UInt8> {
    let start = Self.number(plane, of: position) * SHA256.byteCount
    return bytes[start..<(start + SHA256.byteCount)]
  }

  /// Appends the digests of the next case.
  mutating func append(image: [UInt8], label: [UInt8]) {
    bytes += image.withUnsafeBytes { SHA256.bytes(of: $0) }
    bytes += label.withUnsafeBytes { SHA256.bytes(of: $0) }
  }

  mutating func append(_ others: RowDigests) { bytes += others.bytes }

  /// The digest of an array of pixels, as the file's seal has it.
  func arrayDigest(_ plane: PixelStore.Plane, side: Int) -> String {
    var digest = ArrayDigest(type: .uint8, shape: [count, side, side])
    for position in 0..<count {
      digest.append(rowDigests: SHA256.hexadecimal(self[plane, of: position]))
    }
    return digest.finalize()
  }
}

extension PixelStore.Plane {
  /// Of the array in data set files.
  var arrayName: String { self == .image ? "images" : "labels" }
}
