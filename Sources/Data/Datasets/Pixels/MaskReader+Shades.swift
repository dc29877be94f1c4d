import Imaging

/// Masks of more values than two that are no classes: soft edges, and the noise of JPEG.
extension MaskReader {
  func decideByShade(_ values: MaskValues) throws(ImagingError) -> Reading {
    let shades = try Shades(values)
    let brightest = shades.levels.reduce(0) { max($0, $1) }
    let isWhite = brightest == shades.maximum
    let darkest = isWhite ? 0 : shades.levels.reduce(brightest) { min($0, $1) }
    let range = brightest - darkest
    // An eighth of all levels: less is noise, or labels that nobody has named.
    guard 8 * range > shades.maximum else {
      throw ImagingError(
        .ambiguous,
        reason: "the mask holds many values, all in \(darkest)…\(brightest) of \(shades.maximum);"
          + " say which are lesion with --foreground LOW-HIGH")
    }
    // The middle third: a JPEG's brightest pixels exceed what was white by as much as the rest.
    let between = shades.levels.count {
      3 * ($0 - darkest) > range && 3 * ($0 - darkest) < 2 * range
    }
    guard 5 * between <= shades.levels.count else {
      throw ImagingError(
        .ambiguous,
        reason: "\(100 * between / shades.levels.count) % of the mask's pixels are neither dark nor"
          + " bright: is it an image? If not, say which values are lesion with --foreground LOW-HIGH"
      )
    }
    let cut =
      isWhite
      ? "the mask has values between black and white; from half on they are taken as foreground"
      : "the mask has values between its darkest and its brightest, which is not white; from their"
        + " middle on they are taken as foreground"
    return Reading(
      mask: GrayImage(
        width: values.size.width, height: values.size.height,
        pixels: shades.levels.map { 2 * $0 > darkest + brightest ? 1 : 0 }),
      note: shades.isColored ? cut + " (the strongest of red, green and blue)" : cut)
  }
}

/// One level a pixel, of whatever a mask holds.
private struct Shades {
  /// [height, width], 0 to `maximum`.
  var levels: [Int]
  var maximum = 255
  /// Levels are the strongest channel: the luminance of a pure colour is too low to tell it from noise.
  var isColored = false

  /// - Throws: where there are several colours.
  init(_ values: MaskValues) throws(ImagingError) {
    if case .level(let maximum) = values.kind {
      levels = values.values.map { Int($0) }
      self.maximum = maximum
      return
    }
    let colors = values.values.map(values.color)
    // JPEG gives gray masks a little colour.
    guard colors.contains(where: { $0.saturation > 48 }) else {
      levels = colors.map { Int($0.luma) }
      return
    }
    levels = colors.map { Int(max($0.red, $0.green, $0.blue)) }
    isColored = true
    try requireOneColor(colors)
  }

  /// Among the bright pixels: which of red, green and blue are strong in them.
  private func requireOneColor(_ colors: [RGBImage.Color]) throws(ImagingError) {
    let brightest = levels.reduce(0) { max($0, $1) }
    var counts = [Int](repeating: 0, count: 8)
    for (color, level) in zip(colors, levels) where 4 * level >= 3 * brightest {
      let strong = [color.red, color.green, color.blue].map { 2 * Int($0) > level ? 1 : 0 }
      counts[strong[0] << 2 | strong[1] << 1 | strong[2]] += 1
    }
    let several = counts.count { 20 * $0 > counts.reduce(0, +) }
    guard several > 1 else { return }
    throw ImagingError(
      .ambiguous,
      reason: "the mask holds \(several) or more colours; say which are lesion with --foreground"
        + " '#RRGGBB'[,'#RRGGBB']")
  }
}

extension MaskValues {
  /// Values this near to the darkest or the brightest, of 255, may be its noise.
  private static let noise = 8

  /// Whether a third value fills places of its own: soft edges are lines, classes are areas.
  ///
  /// What was a JPEG once has areas of noise, but then of more than one value.
  var hasClasses: Bool {
    guard let distinct else { return false }
    let ordered = distinct.map(\.value).sorted { color($0).luma < color($1).luma }
    guard ordered.count > 2, let darkest = ordered.first, let brightest = ordered.last else {
      return false
    }
    let mayBeNoise = ordered.count > 4
    return ordered.dropFirst().dropLast().contains { value in
      let luma = Int(color(value).luma)
      let distance = min(luma - Int(color(darkest).luma), Int(color(brightest).luma) - luma)
      let isNoise = mayBeNoise && distance <= MaskValues.noise && isWhite(brightest)
      return !isNoise && fillsAPlace(value)
    }
  }

  /// Whether a pixel and its eight neighbours have this value.
  private func fillsAPlace(_ value: UInt32) -> Bool {
    guard size.width >= 3, size.height >= 3 else { return false }
    return (1..<size.height - 1).contains { y in
      (1..<size.width - 1).contains { x in
        (y - 1...y + 1).allSatisfy { row in
          (x - 1...x + 1).allSatisfy { values[row * size.width + $0] == value }
        }
      }
    }
  }
}
