import Files
import Imaging

/// Decodes and resizes one image of a folder and its masks.
struct CaseDecoder {
  var files: CaseFiles
  /// Side in pixels of what `decode` gives.
  var imageSize: Int

  func decode() throws(FileError) -> LoadedCase {
    let image = try decodePNG(files.image)
    let masks = try decodeMasks(of: image.gray)
    var result = LoadedCase(
      MaskedImage(
        image: image.gray.resized(width: imageSize, height: imageSize),
        mask: GrayImage(width: imageSize, height: imageSize)), hasLabel: !masks.isEmpty,
      originalSize: Dataset.PixelSize(width: image.gray.width, height: image.gray.height),
      notes: image.notes)
    if let union = CaseDecoder.union(masks.map(\.binary)) {
      result.content.mask = union.resizedNearest(width: imageSize, height: imageSize)
      result.notes += masks.flatMap(\.notes)
    }
    result.sourceDigest = DatasetDigest.ofCase(
      image: image.bytes, masks: masks.map(\.bytes))
    return result
  }

  /// The image and its mask (0 and 1) as they are in the folder.
  func decodeOriginal() throws(FileError) -> (image: GrayImage, mask: GrayImage?) {
    let image = try decodePNG(files.image).gray
    return (image, CaseDecoder.union(try decodeMasks(of: image).map(\.binary)))
  }

  private struct DecodedMask {
    var binary: GrayImage
    var bytes: [UInt8]
    var notes: [String]
  }

  /// The masks, each of the image's size.
  private func decodeMasks(of image: GrayImage) throws(FileError) -> [DecodedMask] {
    var masks: [DecodedMask] = []
    for path in files.masks {
      let mask = try decodePNG(path)
      guard mask.gray.width == image.width, mask.gray.height == image.height else {
        throw FileError(
          path,
          "the mask is \(mask.gray.width)×\(mask.gray.height) pixels, but its image"
            + " \(image.width)×\(image.height)")
      }
      let (binary, note) = CaseDecoder.binary(mask.gray)
      masks.append(
        DecodedMask(
          binary: binary, bytes: mask.bytes,
          notes: mask.notes.map { "mask: " + $0 } + (note.map { [$0] } ?? [])))
    }
    return masks
  }

  /// Foreground is what is foreground in any of the masks; nil where there is none.
  private static func union(_ masks: [GrayImage]) -> GrayImage? {
    guard var union = masks.first else { return nil }
    for mask in masks.dropFirst() {
      for index in union.pixels.indices { union.pixels[index] |= mask.pixels[index] }
    }
    return union
  }

  /// A mask of 0 and 1: foreground is what is at least 128, or 1 where nothing is brighter.
  static func binary(_ mask: GrayImage) -> (mask: GrayImage, note: String?) {
    let brightest = mask.pixels.max() ?? 0
    var binary = mask
    let threshold: UInt8 = brightest == 1 ? 1 : 128
    binary.pixels = mask.pixels.map { $0 >= threshold ? 1 : 0 }
    switch brightest {
    case 1: return (binary, "the mask holds only 0 and 1; 1 is taken as foreground")
    case 2..<128:
      return (
        binary,
        "no pixel of the mask reaches 128 (the brightest is \(brightest)); it is taken as empty"
      )
    default: return (binary, nil)
    }
  }
}

extension CaseDecoder {
  /// Width and height of each file.
  func sizes() throws(FileError) -> (image: Dataset.PixelSize, masks: [Dataset.PixelSize]) {
    func size(_ path: String) throws(FileError) -> Dataset.PixelSize {
      let gray = try decodePNG(path).gray
      return Dataset.PixelSize(width: gray.width, height: gray.height)
    }
    let image = try size(files.image)
    var masks: [Dataset.PixelSize] = []
    for path in files.masks { masks.append(try size(path)) }
    return (image, masks)
  }

  /// Bytes; more than any image of `PNG.maximumPixels` needs.
  private static let largestFile = 16 * PNG.maximumPixels

  private struct DecodedFile {
    var gray: GrayImage
    var bytes: [UInt8]
    var notes: [String]
  }

  private func decodePNG(_ path: String) throws(FileError) -> DecodedFile {
    let bytes = try FileSystem.read(path, limit: CaseDecoder.largestFile)
    do throws(ImagingError) {
      let decoded = try PNG.decode(bytes: bytes)
      return DecodedFile(gray: decoded.image, bytes: bytes, notes: decoded.notes)
    } catch {
      throw FileError(path, error.reason)
    }
  }
}
