/// Operations that map each gray level to another, as Pillow 13 defines them (ImageOps.py,
/// ImageEnhance.py, Blend.c).
extension GrayImage {
  /// Number of pixels of each of the 256 levels.
  public var histogram: [Int] {
    // Four tables: neighbouring pixels are often equal, and one table would wait on itself.
    var counts = [Int](repeating: 0, count: 1024)
    counts.withUnsafeMutableBufferPointer { counts in
      pixels.withUnsafeBufferPointer { pixels in
        for index in pixels.indices {
          counts[(index & 3) << 8 | Int(pixels[index])] &+= 1
        }
      }
    }
    return (0..<256).map { counts[$0] + counts[$0 + 256] + counts[$0 + 512] + counts[$0 + 768] }
  }

  /// Each pixel replaced by the entry of a table of 256 levels.
  func mapped(_ table: [UInt8]) -> GrayImage {
    precondition(table.count == 256, "a table has 256 levels")
    let result = [UInt8](unsafeUninitializedCapacity: pixels.count) { target, count in
      table.withUnsafeBufferPointer { table in
        pixels.withUnsafeBufferPointer { source in
          for index in source.indices {
            target[index] = table[Int(source[index])]
          }
        }
      }
      count = pixels.count
    }
    return GrayImage(width: width, height: height, pixels: result)
  }

  /// Stretches the levels linearly so that the darkest becomes 0 and the lightest 255.
  public func autocontrast() -> GrayImage {
    guard let low = pixels.min(), let high = pixels.max(), low < high else { return self }
    let scale = 255 / Double(high - low)
    let offset = -Double(low) * scale
    return mapped((0..<256).map { UInt8(min(max(Double($0) * scale + offset, 0), 255)) })
  }

  /// Flattens the histogram: equally many pixels at every level, as far as whole levels allow.
  public func equalized() -> GrayImage {
    let histogram = histogram
    guard let last = histogram.last(where: { $0 > 0 }) else { return self }
    let step = (pixels.count - last) / 255
    guard step > 0 else { return self }
    var sum = step / 2
    return mapped(
      histogram.map { count in
        defer { sum += count }
        return UInt8(min(sum / step, 255))
      })
  }

  /// Moves every level away from the image's mean (factor above 1) or towards it (below 1).
  public func contrast(_ factor: Float) -> GrayImage {
    let sum = histogram.enumerated().reduce(0) { $0 + $1.offset * $1.element }
    let mean = UInt8(Double(sum) / Double(pixels.count) + 0.5)
    return mapped(levels.map { blend(mean, $0, factor) })
  }

  /// Multiplies every level.
  public func brightness(_ factor: Float) -> GrayImage {
    mapped(levels.map { blend(0, $0, factor) })
  }

  /// Keeps the highest 1…8 bits of every level.
  public func posterized(bits: Int) -> GrayImage {
    precondition((1...8).contains(bits), "1 to 8 bits can be kept")
    let mask = UInt8(truncatingIfNeeded: 0xFF << (8 - bits))
    return mapped(levels.map { $0 & mask })
  }

  /// Inverts every level at or above the threshold.
  public func solarized(threshold: Int) -> GrayImage {
    mapped(levels.map { Int($0) < threshold ? $0 : 255 - $0 })
  }

  /// A mask of 0 and 1 as one of 0 and 255, for the eye.
  public var visibleMask: GrayImage {
    mapped([0] + [UInt8](repeating: 255, count: 255))
  }

  private var levels: ClosedRange<UInt8> { 0...255 }
}

/// From `first` (factor 0) to `second` (factor 1) and beyond, cut off, not rounded.
@inline(__always)
func blend(_ first: UInt8, _ second: UInt8, _ factor: Float) -> UInt8 {
  let value = Float(first) + factor * Float(Int32(second) &- Int32(first))
  return UInt8(truncatingIfNeeded: Int32(min(max(value, 0), 255)))
}
