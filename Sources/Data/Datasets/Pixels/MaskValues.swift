import Imaging

/// A mask's pixels as values that can be told apart, alpha left out.
struct MaskValues {
  enum Kind: Equatable {
    /// Levels of gray, 0 to `maximum`.
    case level(maximum: Int)
    /// Indices into a palette.
    case index([StoredImage.PaletteColor])
    /// 0xRRGGBB.
    case color
  }

  /// More different values than these are shades, not classes.
  static let mostClasses = 16

  let size: ImageSize
  let kind: Kind
  /// [height, width]
  let values: [UInt32]
  let isLossy: Bool
  /// The different values in rising order with their number of pixels; nil where there are more than
  /// `mostClasses`.
  let distinct: [(value: UInt32, count: Int)]?

  /// Colours that are gray throughout are levels.
  init(_ image: StoredImage) {
    size = image.size
    isLossy = image.isLossy
    switch image.samples {
    case .bytes(let bytes): (kind, values) = MaskValues.values(of: bytes, in: image)
    case .words(let words): (kind, values) = MaskValues.values(of: words, in: image)
    }
    distinct = MaskValues.counted(values)
  }

  private static func values<Sample: FixedWidthInteger & UnsignedInteger>(
    of samples: [Sample], in image: StoredImage
  ) -> (Kind, [UInt32]) {
    let step = image.channels
    let pixels = 0..<samples.count / step
    guard image.content == .rgb else {
      let values =
        step == 1 ? samples.map { UInt32($0) } : pixels.map { UInt32(samples[$0 * step]) }
      if case .palette(let colors) = image.content { return (.index(colors), values) }
      return (.level(maximum: image.maximum), values)
    }
    let isGray = pixels.allSatisfy {
      samples[$0 * step] == samples[$0 * step + 1] && samples[$0 * step] == samples[$0 * step + 2]
    }
    if isGray {
      return (.level(maximum: image.maximum), pixels.map { UInt32(samples[$0 * step]) })
    }
    // Colours of labels in 16 bits are those of 8 bits, stored as they are or scaled.
    let isScaled = samples.contains { $0 > 255 }
    func byte(_ sample: Sample) -> UInt32 {
      isScaled ? (UInt32(sample) * 255 + 32_767) / 65_535 : UInt32(sample)
    }
    return (
      .color,
      pixels.map {
        byte(samples[$0 * step]) << 16 | byte(samples[$0 * step + 1]) << 8
          | byte(samples[$0 * step + 2])
      }
    )
  }

  private static func counted(_ values: [UInt32]) -> [(value: UInt32, count: Int)]? {
    var found: [(value: UInt32, count: Int)] = []
    var start = 0
    while start < values.count {
      let value = values[start]
      let end = values[start...].firstIndex { $0 != value } ?? values.count
      if let known = found.firstIndex(where: { $0.value == value }) {
        found[known].count += end - start
      } else {
        guard found.count < mostClasses else { return nil }
        found.append((value, end - start))
      }
      start = end
    }
    return found.sorted { $0.value < $1.value }
  }
}

// MARK: What a value looks like

extension MaskValues {
  /// The colour of a value; levels as gray of 8 bits.
  func color(_ value: UInt32) -> RGBImage.Color {
    switch kind {
    case .level(let maximum):
      let level = UInt8(clamping: (Int(value) * 255 + maximum / 2) / maximum)
      return RGBImage.Color(red: level, green: level, blue: level)
    case .index(let colors): return colors[Int(value)].color
    case .color: return RGBImage.Color(packed: value)
    }
  }

  /// Whether it is the value that means nothing: 0, or black where other colours are not.
  func isBlack(_ value: UInt32) -> Bool {
    switch kind {
    case .level, .color: value == 0
    case .index(let colors):
      color(value).packed == 0 && (value == 0 || colors[0].color.packed != 0)
    }
  }

  func isWhite(_ value: UInt32) -> Bool {
    switch kind {
    case .level(let maximum): value == UInt32(maximum)
    case .index, .color: color(value).packed == 0xFFFFFF
    }
  }

  /// As people are told of it: `38`, `1 (#800000)`, `#FF0000`.
  func name(_ value: UInt32) -> String {
    switch kind {
    case .level: "\(value)"
    case .index: "\(value) (\(color(value).hexadecimal))"
    case .color: color(value).hexadecimal
    }
  }

  /// As `--foreground` takes it from a shell.
  func option(_ value: UInt32) -> String {
    kind == .color ? "'\(color(value).hexadecimal)'" : "\(value)"
  }

  func matches(_ value: UInt32, _ wanted: MaskForeground.Value) -> Bool {
    switch (wanted, kind) {
    case (.samples(let range), .level), (.samples(let range), .index):
      range.contains(Int(value))
    case (.samples(let range), .color):
      color(value).saturation == 0 && range.contains(Int(color(value).red))
    case (.color(let wanted), _):
      color(value).isNear(wanted, tolerance: isLossy ? MaskValues.lossyTolerance : 0)
    }
  }

  /// By how much a channel of a JPEG's colour may differ from the one that was meant.
  private static let lossyTolerance = 64
}

extension RGBImage.Color {
  fileprivate func isNear(_ other: RGBImage.Color, tolerance: Int) -> Bool {
    abs(Int(red) - Int(other.red)) <= tolerance && abs(Int(green) - Int(other.green)) <= tolerance
      && abs(Int(blue) - Int(other.blue)) <= tolerance
  }
}
