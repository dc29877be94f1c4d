extension StoredImage {
  /// The image as 8-bit gray.
  ///
  /// Colours become gray by ITU-R BT.601 as in `GrayImage.init(_: RGBImage)`; alpha is ignored. Images
  /// that are nearly black or of one value get a note.
  public func gray(window: GrayWindow = .automatic) -> GrayReading {
    var (pixels, notes) = eightBitSamples(window)
    switch content {
    case .palette(let colors):
      let levels = colors.map(\.color.luma)
      for index in pixels.indices { pixels[index] = levels[Int(pixels[index])] }
    case .rgb:
      pixels =
        GrayImage(
          RGBImage(width: size.width, height: size.height, samples: pixels)
        ).pixels
    case .gray: break
    }
    let image = GrayImage(width: size.width, height: size.height, pixels: pixels)
    if let note = image.faintness { notes.append(note) }
    return GrayReading(image: image, notes: notes)
  }

  /// The samples without alpha in 0…255, indices of a palette as they are.
  private func eightBitSamples(_ window: GrayWindow) -> (samples: [UInt8], notes: [String]) {
    switch samples {
    case .bytes(let bytes):
      let own = hasAlpha ? withoutAlpha(bytes) : bytes
      if case .palette = content { return (own, []) }
      let (low, high, note) = window.levels(of: self, brightest: maximum)
      let notes = note.map { [$0] } ?? []
      if (low, high) == (0, 255) { return (own, notes) }
      let levels = (0...255).map { StoredImage.level(of: $0, low, high) }
      return (own.map { levels[Int($0)] }, notes)
    case .words(let words):
      let own = hasAlpha ? withoutAlpha(words) : words
      let brightest = own.reduce(0) { max($0, $1) }
      let (low, high, note) = window.levels(of: self, brightest: Int(brightest))
      return (
        own.map { StoredImage.level(of: Int($0), low, high) }, note.map { [$0] } ?? []
      )
    }
  }

  /// The nearest of 256 levels from `low` to `high`.
  @inline(__always)
  private static func level(of value: Int, _ low: Int, _ high: Int) -> UInt8 {
    let (above, range) = (min(max(value, low), high) - low, high - low)
    return UInt8(truncatingIfNeeded: (above * 255 + range / 2) / range)
  }

  private func withoutAlpha<Sample>(_ samples: [Sample]) -> [Sample] {
    var kept: [Sample] = []
    kept.reserveCapacity(samples.count / channels * (channels - 1))
    for start in stride(from: 0, to: samples.count, by: channels) {
      kept += samples[start..<start + channels - 1]
    }
    return kept
  }
}

extension GrayImage {
  /// What is to be said of an image in which there is nothing to see.
  fileprivate var faintness: String? {
    guard let first = pixels.first else { return nil }
    let brightest = pixels.reduce(0) { max($0, $1) }
    if !pixels.contains(where: { $0 != first }) {
      return "every pixel of the image is \(first) of 255"
    }
    // In steps, so that the images of a set are told together.
    guard let bound = [1, 3, 7, 15, 31].first(where: { brightest <= $0 }) else { return nil }
    return "the image is nearly black: no pixel is above \(bound) of 255"
  }
}
