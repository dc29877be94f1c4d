/// How new pixels are made from old ones.
public enum Interpolation: Sendable {
  /// For images: linear, widened when shrinking so that nothing aliases.
  case bilinear
  /// For masks: no new values.
  case nearest
}

extension GrayImage {
  /// The whole image at another size, bilinear with antialias; equal to Pillow's
  /// `Image.resize((width, height), BILINEAR)`.
  public func resized(width: Int, height: Int) -> GrayImage {
    resizedCrop(x: 0, y: 0, width: self.width, height: self.height, to: (width, height))
  }

  /// The whole image at another size without new values; equal to Pillow's
  /// `Image.resize((width, height), NEAREST)`.
  public func resizedNearest(width: Int, height: Int) -> GrayImage {
    nearestCrop(x: 0, y: 0, width: self.width, height: self.height, to: (width, height))
  }

  /// A rectangle of the image resized to a square, as torchvision's `resized_crop`: pixels outside
  /// the rectangle have no influence.
  ///
  /// - Parameters:
  ///   - x: left column of the rectangle, which must lie in the image
  ///   - y: top row of the rectangle
  ///   - side: width and height of the result in pixels
  public func resizedCrop(
    x: Int, y: Int, width: Int, height: Int, side: Int, interpolation: Interpolation = .bilinear
  ) -> GrayImage {
    switch interpolation {
    case .bilinear: resizedCrop(x: x, y: y, width: width, height: height, to: (side, side))
    case .nearest: nearestCrop(x: x, y: y, width: width, height: height, to: (side, side))
    }
  }

  private func checkCrop(_ x: Int, _ y: Int, _ width: Int, _ height: Int) {
    precondition(
      x >= 0 && y >= 0 && width > 0 && height > 0 && width <= self.width - x
        && height <= self.height - y, "the rectangle does not lie in the image")
  }

  private func resizedCrop(
    x: Int, y: Int, width: Int, height: Int, to size: (width: Int, height: Int)
  ) -> GrayImage {
    checkCrop(x, y, width, height)
    if size == (self.width, self.height) && size == (width, height) { return self }
    let columns = ResamplingWeights(from: width, to: size.width)
    let rows = ResamplingWeights(from: height, to: size.height)
    let result = [UInt8](unsafeUninitializedCapacity: size.width * size.height) { target, count in
      count = size.width * size.height
      guard let target = target.baseAddress else { return }
      pixels.withUnsafeBufferPointer { pixels in
        guard let source = pixels.baseAddress.map({ $0 + y * self.width + x }) else { return }
        // A pass that keeps its axis would copy: its weights are one and zeros.
        if width == size.width {
          resampleVertically(
            source, stride: self.width, width: width, weights: rows, into: target)
        } else if height == size.height {
          resampleHorizontally(
            source, stride: self.width, height: height, weights: columns, into: target)
        } else {
          resample(
            source, stride: self.width, size: (width, height), columns: columns, rows: rows,
            into: target)
        }
      }
    }
    return GrayImage(width: size.width, height: size.height, pixels: result)
  }

  private func nearestCrop(
    x: Int, y: Int, width: Int, height: Int, to size: (width: Int, height: Int)
  ) -> GrayImage {
    checkCrop(x, y, width, height)
    let columns = nearestPositions(from: width, to: size.width).map { $0 + x }
    let rows = nearestPositions(from: height, to: size.height)
    let result = [UInt8](unsafeUninitializedCapacity: size.width * size.height) { target, count in
      pixels.withUnsafeBufferPointer { pixels in
        for row in rows {
          let line = (y + row) * self.width
          for column in columns {
            target[count] = pixels[line &+ column]
            count &+= 1
          }
        }
      }
    }
    return GrayImage(width: size.width, height: size.height, pixels: result)
  }
}

/// Two passes, rounded to 8 bits between them. The horizontal one comes first unless the height
/// loses more than twice as many pixels as the width (as in Pillow from version 13).
private func resample(
  _ source: UnsafePointer<UInt8>, stride: Int, size: (width: Int, height: Int),
  columns: ResamplingWeights, rows: ResamplingWeights, into target: UnsafeMutablePointer<UInt8>
) {
  let result = (width: columns.first.count, height: rows.first.count)
  let lostRows = size.height - result.height
  let isVerticalFirst = lostRows > 0 && lostRows > 2 * (size.width - result.width)
  let capacity = isVerticalFirst ? size.width * result.height : result.width * size.height
  withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { between in
    guard let lines = between.baseAddress else { return }
    if isVerticalFirst {
      resampleVertically(source, stride: stride, width: size.width, weights: rows, into: lines)
      resampleHorizontally(
        lines, stride: size.width, height: result.height, weights: columns, into: target)
    } else {
      resampleHorizontally(
        source, stride: stride, height: size.height, weights: columns, into: lines)
      resampleVertically(
        lines, stride: result.width, width: result.width, weights: rows, into: target)
    }
  }
}

/// Source pixel of each target pixel. The position is accumulated, not multiplied: rounding then
/// falls as in Pillow's ImagingScaleAffine.
private func nearestPositions(from source: Int, to target: Int) -> [Int] {
  let scale = Double(source) / Double(target)
  var position = scale * 0.5
  return (0..<target).map { _ in
    defer { position += scale }
    return min(Int(position), source - 1)
  }
}
