import Files
import Imaging

/// Decodes and resizes one image of a folder and its mask.
struct CaseDecoder {
  var source: DatasetSource

  func decode(_ position: Int) throws(FileError) -> LoadedCase {
    let files = try read(position)
    let size = source.imageSize
    let image = files.image.gray
    var result = LoadedCase(
      MaskedImage(
        image: image.resized(width: size, height: size),
        mask: GrayImage(width: size, height: size)), hasLabel: files.mask != nil,
      originalSize: Dataset.PixelSize(width: image.width, height: image.height),
      notes: files.image.notes)
    if let mask = files.mask {
      let (binary, note) = CaseDecoder.binary(mask.gray)
      result.content.mask = binary.resizedNearest(width: size, height: size)
      result.notes += mask.notes.map { "mask: " + $0 } + (note.map { [$0] } ?? [])
    }
    result.sourceDigest = DatasetDigest.ofCase(image: files.image.bytes, mask: files.mask?.bytes)
    return result
  }

  /// The image and its mask (0 and 1) as they are in the folder.
  func decodeOriginal(
    _ position: Int
  ) throws(FileError) -> (image: GrayImage, mask: GrayImage?) {
    let files = try read(position)
    return (files.image.gray, files.mask.map { CaseDecoder.binary($0.gray).mask })
  }

  /// Both files, of one size.
  private func read(
    _ position: Int
  ) throws(FileError) -> (image: DecodedFile, mask: DecodedFile?) {
    let name = source.names[position]
    let image = try decodePNG("\(source.path)/images/\(name)")
    guard source.hasLabel[position] else { return (image, nil) }
    let maskPath = "\(source.path)/labels/\(name)"
    let mask = try decodePNG(maskPath)
    guard mask.gray.width == image.gray.width, mask.gray.height == image.gray.height else {
      throw FileError(
        maskPath,
        "the mask is \(mask.gray.width)×\(mask.gray.height) pixels, but its image"
          + " \(image.gray.width)×\(image.gray.height)")
    }
    return (image, mask)
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
