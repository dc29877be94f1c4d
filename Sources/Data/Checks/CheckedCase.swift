import Datasets
import Digests

/// What is kept of a case that was looked at; about a kilobyte.
struct CheckedCase: Sendable {
  /// Pixels before resizing.
  var size: Dataset.PixelSize
  /// The part of the image that its mask says is lesion, 0 to 1; nil where there is no mask.
  var lesionShare: Double?
  var maskFingerprint: UInt64
  /// Gray values, darkest to brightest.
  var grays: ClosedRange<UInt8>
  var meanGray: Double
  /// The part of the pixels that are as bright as can be.
  var saturatedShare: Double
  /// Nil for an image of one gray, which looks like nothing.
  var appearance: Appearance?
  /// What decoding had to say.
  var notes: [String]

  init(_ loaded: LoadedCase) {
    let (image, mask) = (loaded.content.image, loaded.content.mask)
    let count = Double(image.pixels.count)
    size = loaded.originalSize
    lesionShare =
      loaded.hasLabel ? Double(mask.pixels.count { $0 != 0 }) / count : nil
    var fingerprint = Fingerprint64()
    mask.pixels.withUnsafeBytes { fingerprint.update($0) }
    maskFingerprint = fingerprint.value
    var histogram = [Int](repeating: 0, count: 256)
    for pixel in image.pixels { histogram[Int(pixel)] += 1 }
    let darkest = histogram.firstIndex { $0 > 0 } ?? 0
    let brightest = histogram.lastIndex { $0 > 0 } ?? 0
    grays = UInt8(darkest)...UInt8(brightest)
    meanGray = Double(histogram.enumerated().reduce(0) { $0 + $1.offset * $1.element }) / count
    saturatedShare = Double(histogram[255]) / count
    appearance = darkest < brightest ? Appearance(image) : nil
    notes = loaded.notes
  }
}
