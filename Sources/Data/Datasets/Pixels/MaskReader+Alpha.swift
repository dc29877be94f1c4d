import Imaging

extension MaskReader {
  /// `--foreground alpha`: lesion is what is opaque.
  func readAlpha(_ image: StoredImage) throws(ImagingError) -> Reading {
    guard let alpha = image.alpha else {
      throw ImagingError(
        .ambiguous,
        reason: "the mask has no alpha, which --foreground alpha asks for; leave the option out or"
          + " name values")
    }
    return reading(image, alpha, above: alpha.maximum / 2)
  }

  /// The mask where alpha carries it; nil where there is none, or where the colours say more.
  ///
  /// - Throws: where colours and alpha contradict one another.
  func decideByAlpha(_ image: StoredImage) throws(ImagingError) -> Reading? {
    guard let alpha = image.alpha else { return nil }
    let most = alpha.values.reduce(0) { max($0, $1) }
    let colors = MaskValues(image)
    if most == 0 {
      guard colors.distinct?.count == 1 else { return nil }
      return Reading(colors, note: "the mask is transparent throughout; it is empty") { _ in false }
    }
    let isOpaque = alpha.values.map { 2 * $0 > most }
    guard isOpaque.contains(false), let opaque = colors.commonColor(isOpaque, true) else {
      return nil
    }
    if let clear = colors.commonColor(isOpaque, false), clear.luma > opaque.luma {
      throw ImagingError(
        .ambiguous,
        reason: "what is opaque in the mask is \(opaque.hexadecimal), darker than what is not"
          + " (\(clear.hexadecimal)); say which is lesion with --foreground alpha or --foreground"
          + " '\(clear.hexadecimal)'")
    }
    return reading(image, alpha, above: most / 2)
  }

  private func reading(
    _ image: StoredImage, _ alpha: (values: [Int], maximum: Int), above threshold: Int
  ) -> Reading {
    Reading(
      mask: GrayImage(
        width: image.size.width, height: image.size.height,
        pixels: alpha.values.map { $0 > threshold ? 1 : 0 }),
      note: "the mask's alpha says where the lesion is; what is opaque is taken as foreground")
  }
}

extension StoredImage {
  /// Alpha of each pixel, [height, width], and what is opaque; nil where the file has none.
  fileprivate var alpha: (values: [Int], maximum: Int)? {
    if hasAlpha {
      let step = channels
      switch samples {
      case .bytes(let bytes):
        return (stride(from: step - 1, to: bytes.count, by: step).map { Int(bytes[$0]) }, maximum)
      case .words(let words):
        return (stride(from: step - 1, to: words.count, by: step).map { Int(words[$0]) }, maximum)
      }
    }
    guard case .palette(let colors) = content, colors.contains(where: { $0.alpha < 255 }),
      case .bytes(let indices) = samples
    else { return nil }
    return (indices.map { Int(colors[Int($0)].alpha) }, 255)
  }
}

extension MaskValues {
  /// The colour that all pixels have that are opaque, or not; nil where they differ.
  fileprivate func commonColor(_ isOpaque: [Bool], _ wanted: Bool) -> RGBImage.Color? {
    guard let first = isOpaque.firstIndex(of: wanted) else { return nil }
    let color = color(values[first])
    let isCommon = values.indices.allSatisfy {
      isOpaque[$0] != wanted || values[$0] == values[first] || self.color(values[$0]) == color
    }
    return isCommon ? color : nil
  }
}
