/// Operations that look at neighbouring pixels, as Pillow 13 defines them (Filter.c, BoxBlur.c).
extension GrayImage {
  /// Blends with a smoothed copy (factor below 1) or away from it (above 1); the outermost pixels
  /// keep their level.
  public func sharpness(_ factor: Float) -> GrayImage {
    let smooth = smoothed()
    let result = [UInt8](unsafeUninitializedCapacity: pixels.count) { target, count in
      smooth.pixels.withUnsafeBufferPointer { smooth in
        pixels.withUnsafeBufferPointer { source in
          for index in source.indices {
            target[index] = blend(smooth[index], source[index], factor)
          }
        }
      }
      count = pixels.count
    }
    return GrayImage(width: width, height: height, pixels: result)
  }

  /// Pillow's SMOOTH: 3×3 means in which the pixel itself counts five times. In whole numbers:
  /// thirteenths never tie, so Pillow's Float arithmetic rounds alike.
  private func smoothed() -> GrayImage {
    guard width >= 3 && height >= 3 else { return self }
    var result = self
    result.pixels.withUnsafeMutableBufferPointer { target in
      pixels.withUnsafeBufferPointer { source in
        for y in 1..<height - 1 {
          for index in (y * width + 1)..<((y + 1) * width - 1) {
            let sum =
              ofThree(source, index &- width) &+ ofThree(source, index)
              &+ ofThree(source, index &+ width) &+ 4 &* Int32(source[index])
            target[index] = UInt8(truncatingIfNeeded: (2 &* sum &+ 13) / 26)
          }
        }
      }
    }
    return result
  }

  /// Gaussian blur as three box blurs of fractional radius (Gwosdek et al., SSVM 2011), the edge
  /// pixels repeated outwards.
  ///
  /// - Parameter sigma: standard deviation in pixels
  public func gaussianBlur(sigma: Float) -> GrayImage {
    guard sigma > 0 else { return self }
    let box = ExtendedBox(sigma: sigma, passes: 3)
    var result = self
    var scratch = pixels
    for _ in 0..<3 {
      box.blurRows(result.pixels, into: &scratch, width: width)
      swap(&result.pixels, &scratch)
    }
    for _ in 0..<3 {
      box.blurColumns(result.pixels, into: &scratch, width: width)
      swap(&result.pixels, &scratch)
    }
    return result
  }

  public func flippedHorizontally() -> GrayImage {
    var result = self
    result.pixels.withUnsafeMutableBufferPointer { target in
      for y in 0..<height {
        target[y * width..<(y + 1) * width].reverse()
      }
    }
    return result
  }

  public func flippedVertically() -> GrayImage {
    var result = self
    result.pixels.removeAll(keepingCapacity: true)
    for y in (0..<height).reversed() {
      result.pixels.append(contentsOf: pixels[y * width..<(y + 1) * width])
    }
    return result
  }
}

@inline(__always)
private func ofThree(_ source: UnsafeBufferPointer<UInt8>, _ middle: Int) -> Int32 {
  Int32(source[middle &- 1]) &+ Int32(source[middle]) &+ Int32(source[middle &+ 1])
}
