import Imaging

/// Finds out which pixels of a mask are lesion, from the file alone or as options say.
///
/// Two values of any coding are background, the darker one, and lesion. Where a mask carries its outline
/// in alpha, what is opaque is lesion. Masks with soft edges are cut in the middle, those that reach
/// white at 128. What cannot be decided, such as three classes, is refused with the values found.
package struct MaskReader {
  /// Which values are lesion; nil to decide from the file.
  var foreground: MaskForeground?
  var inverts: Bool

  package init(foreground: MaskForeground? = nil, inverts: Bool = false) {
    self.foreground = foreground
    self.inverts = inverts
  }

  /// A mask of 0 and 1, and what is to be said of how it was read; nil for plain black and white.
  package struct Reading {
    package var mask: GrayImage
    package var note: String?

    init(_ values: MaskValues, note: String?, isForeground: (UInt32) -> Bool) {
      mask = GrayImage(
        width: values.size.width, height: values.size.height,
        pixels: values.values.map { isForeground($0) ? 1 : 0 })
      self.note = note
    }

    init(mask: GrayImage, note: String?) {
      self.mask = mask
      self.note = note
    }
  }

  /// - Throws: `ImagingError`, `ambiguous` with the values found and what to do.
  package func read(_ image: StoredImage) throws(ImagingError) -> Reading {
    var reading =
      if let foreground { try read(image, foreground) } else { try decide(image) }
    if inverts {
      for index in reading.mask.pixels.indices { reading.mask.pixels[index] ^= 1 }
      reading.note = (reading.note.map { $0 + "; " } ?? "") + "--invert turns the mask over"
    }
    return reading
  }

  // MARK: As options say

  private func read(
    _ image: StoredImage, _ foreground: MaskForeground
  ) throws(ImagingError) -> Reading {
    guard case .values(let wanted) = foreground else { return try readAlpha(image) }
    let values = MaskValues(image)
    if values.isLossy, let exact = wanted.first(where: \.isOneSample) {
      throw ImagingError(
        .ambiguous,
        reason: "the values of a JPEG are not exact: give a range such as --foreground 128-255,"
          + " not \(exact)")
    }
    let reading = Reading(values, note: "foreground is what --foreground \(foreground) says") {
      value in wanted.contains { values.matches(value, $0) }
    }
    guard !reading.mask.pixels.contains(1) else { return reading }
    return Reading(
      mask: reading.mask, note: "the mask holds nothing of --foreground \(foreground) and is empty")
  }

  // MARK: As the file says

  private func decide(_ image: StoredImage) throws(ImagingError) -> Reading {
    if let mask = MaskReader.blackAndWhite(image) { return Reading(mask: mask, note: nil) }
    if let reading = try decideByAlpha(image) { return reading }
    let values = MaskValues(image)
    guard let distinct = values.distinct, !values.isLossy || distinct.count <= 2 else {
      return try decideByShade(values)
    }
    switch distinct.count {
    case 1: return try decide(values, only: distinct[0].value)
    case 2: return try decide(values, distinct[0].value, distinct[1].value)
    default:
      if values.hasClasses { throw MaskReader.classes(values, distinct) }
      return try decideByShade(values)
    }
  }

  /// What most masks are, gray of 8 bits with nothing but 0 and 255, without looking at each pixel twice.
  private static func blackAndWhite(_ image: StoredImage) -> GrayImage? {
    guard image.content == .gray, !image.hasAlpha, !image.isLossy, image.bitDepth == 8,
      case .bytes(let bytes) = image.samples
    else { return nil }
    var others: UInt8 = 0
    let pixels = [UInt8](unsafeUninitializedCapacity: bytes.count) { pixels, count in
      for (index, byte) in bytes.enumerated() {
        // Zero for 0 and 255 alone.
        others |= (byte &+ 1) & 0xFE
        pixels[index] = byte & 1
      }
      count = bytes.count
    }
    guard others == 0 else { return nil }
    return GrayImage(width: image.size.width, height: image.size.height, pixels: pixels)
  }

  private func decide(_ values: MaskValues, only value: UInt32) throws(ImagingError) -> Reading {
    if values.isBlack(value) { return Reading(values, note: nil) { _ in false } }
    if values.isWhite(value) { return Reading(values, note: nil) { _ in true } }
    if case .level = values.kind, value == 1 {
      return Reading(values, note: MaskReader.note(values, 0, 1)) { _ in true }
    }
    if case .index = values.kind, value == 0 {
      return Reading(values, note: "every pixel of the mask is \(values.name(0)); it is empty") {
        _ in false
      }
    }
    throw ImagingError(
      .ambiguous,
      reason: "every pixel of the mask is \(values.name(value)), which may be background or lesion;"
        + " name the lesion's value with --foreground VALUE|#RRGGBB")
  }

  private func decide(
    _ values: MaskValues, _ first: UInt32, _ second: UInt32
  ) throws(ImagingError) -> Reading {
    guard let (background, lesion) = values.ordered(first, second) else {
      throw ImagingError(
        .ambiguous,
        reason: "the mask holds \(values.name(first)) and \(values.name(second)), and which of them"
          + " is lesion is not plain; say it with --foreground \(values.option(first)) or"
          + " --foreground \(values.option(second))")
    }
    let isPlain = values.isBlack(background) && values.isWhite(lesion)
    return Reading(values, note: isPlain ? nil : MaskReader.note(values, background, lesion)) {
      $0 == lesion
    }
  }

  private static func note(_ values: MaskValues, _ background: UInt32, _ lesion: UInt32) -> String {
    "the mask holds only \(values.name(background)) and \(values.name(lesion));"
      + " \(values.name(lesion)) is taken as foreground"
  }

  private static func classes(
    _ values: MaskValues, _ distinct: [(value: UInt32, count: Int)]
  ) -> ImagingError {
    let found = distinct.map { value, count in
      let permille = (1000 * count + values.values.count / 2) / values.values.count
      return "\(values.name(value)) (\(permille / 10).\(permille % 10) %)"
    }
    let others = distinct.map(\.value).filter { !values.isBlack($0) }
    return ImagingError(
      .ambiguous,
      reason: "the mask holds \(distinct.count) values: \(found.joined(separator: ", ")); say which"
        + " are lesion with --foreground VALUE[,VALUE], such as --foreground"
        + " \(others.map(values.option).joined(separator: ","))")
  }
}

extension MaskForeground.Value {
  fileprivate var isOneSample: Bool {
    if case .samples(let range) = self { range.count == 1 } else { false }
  }
}

extension MaskValues {
  /// Luminances that differ by less of 255 are near: nobody sees which is meant as the darker.
  private static let nearness = 32
  /// From here on a colour is one, and not a gray.
  private static let colorfulness = 64

  /// Background and lesion among two values; nil where that is not plain.
  fileprivate func ordered(
    _ first: UInt32, _ second: UInt32
  ) -> (background: UInt32, lesion: UInt32)? {
    if isBlack(first) { return (first, second) }
    if isBlack(second) { return (second, first) }
    let (a, b) = (color(first), color(second))
    let (darker, brighter) = a.luma <= b.luma ? (first, second) : (second, first)
    let isNear = abs(Int(a.luma) - Int(b.luma)) < MaskValues.nearness
    // A coloured lesion on white paper looks like a coloured ground with a white lesion.
    let isPaper = isWhite(brighter) && color(darker).saturation >= MaskValues.colorfulness
    if !isNear && !isPaper { return (darker, brighter) }
    if case .index = kind, min(first, second) == 0 {
      return (min(first, second), max(first, second))
    }
    return nil
  }
}
