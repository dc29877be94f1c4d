import Files
import Imaging

/// Decodes and resizes one image of a folder and its masks.
struct CaseDecoder {
  var files: CaseFiles
  /// Side in pixels of what `decode` gives.
  var imageSize: Int
  var rules = PixelRules()

  func decode() throws(FileError) -> LoadedCase {
    let file = try read(files.image)
    let image = file.content.gray(window: rules.window ?? .automatic)
    let masks = try readMasks(of: file.content.size)
    var result = LoadedCase(
      MaskedImage(
        image: image.image.resized(width: imageSize, height: imageSize),
        mask: GrayImage(width: imageSize, height: imageSize)), hasLabel: !masks.isEmpty,
      originalSize: Dataset.PixelSize(width: image.image.width, height: image.image.height),
      notes: image.notes + masks.compactMap(\.note))
    if let union = CaseDecoder.union(masks.map(\.mask)) {
      result.content.mask = union.resizedNearest(width: imageSize, height: imageSize)
    }
    result.sourceDigest = DatasetDigest.ofCase(image: file.bytes, masks: masks.map(\.bytes))
    return result
  }

  /// The image and its mask (0 and 1) as they are in the folder.
  func decodeOriginal() throws(FileError) -> (image: GrayImage, mask: GrayImage?) {
    let file = try read(files.image)
    let masks = try readMasks(of: file.content.size)
    return (
      file.content.gray(window: rules.window ?? .automatic).image,
      CaseDecoder.union(masks.map(\.mask))
    )
  }

  private struct DecodedMask {
    /// Of 0 and 1.
    var mask: GrayImage
    var note: String?
    var bytes: [UInt8]
  }

  /// The masks, each of the image's size.
  private func readMasks(of size: ImageSize) throws(FileError) -> [DecodedMask] {
    let reader = MaskReader(foreground: rules.foreground, inverts: rules.invertsMasks)
    var masks: [DecodedMask] = []
    for path in files.masks {
      let file = try read(path)
      guard file.content.size == size else {
        throw FileError(
          path,
          "the mask is \(file.content.size.width)×\(file.content.size.height) pixels, but its"
            + " image \(size.width)×\(size.height)")
      }
      do throws(ImagingError) {
        let reading = try reader.read(file.content)
        masks.append(DecodedMask(mask: reading.mask, note: reading.note, bytes: file.bytes))
      } catch {
        throw FileError(path, error.reason)
      }
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

  private func read(_ path: String) throws(FileError) -> (content: StoredImage, bytes: [UInt8]) {
    let bytes = try FileSystem.read(path, limit: ImageFile.largestFile)
    do throws(ImagingError) {
      return (try ImageFile.decode(bytes: bytes), bytes)
    } catch {
      throw FileError(path, error.reason)
    }
  }

  /// Width and height of each file.
  func sizes() throws(FileError) -> (image: Dataset.PixelSize, masks: [Dataset.PixelSize]) {
    func size(_ path: String) throws(FileError) -> Dataset.PixelSize {
      let size = try read(path).content.size
      return Dataset.PixelSize(width: size.width, height: size.height)
    }
    let image = try size(files.image)
    var masks: [Dataset.PixelSize] = []
    for path in files.masks { masks.append(try size(path)) }
    return (image, masks)
  }
}
