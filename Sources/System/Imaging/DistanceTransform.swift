/// Exact Euclidean distances (Felzenszwalb and Huttenlocher: Distance Transforms of Sampled
/// Functions, 2012, in whole numbers as Meijster et al. 2000).
public enum DistanceTransform {
  /// The squared distance in pixels from each pixel to the nearest one of the foreground.
  ///
  /// - Parameter mask: [height, width], not zero in the foreground
  /// - Returns: [height, width], or nil where the mask is empty
  public static func squaredDistances(
    toForegroundOf mask: [UInt8], width: Int, height: Int
  ) -> [Int]? {
    precondition(mask.count == width * height, "the mask does not fit its size")
    guard mask.contains(where: { $0 != 0 }) else { return nil }
    var distances = columnDistances(mask, width: width, height: height)
    var envelope = Envelope(width: width)
    distances.withUnsafeMutableBufferPointer { distances in
      for begin in stride(from: 0, to: distances.count, by: width) {
        envelope.transform(
          UnsafeMutableBufferPointer(rebasing: distances[begin..<begin + width]))
      }
    }
    return distances
  }

  /// Distance within the column; in an empty column more than any distance in the image.
  private static func columnDistances(_ mask: [UInt8], width: Int, height: Int) -> [Int] {
    var distances = mask.map { $0 == 0 ? width + height : 0 }
    for index in distances.indices.dropFirst(width) {
      distances[index] = min(distances[index], distances[index - width] + 1)
    }
    for index in distances.indices.dropLast(width).reversed() {
      distances[index] = min(distances[index], distances[index + width] + 1)
    }
    return distances
  }

  /// The lower envelope of one parabola for each pixel of a row.
  private struct Envelope {
    /// Column, height² and first pixel at which it is the lowest, of each parabola on the envelope.
    private var parabolas: [(column: Int, offset: Int, from: Int)] = []

    init(width: Int) {
      parabolas.reserveCapacity(width)
    }

    /// Distances within columns become squared distances in the plane.
    mutating func transform(_ row: UnsafeMutableBufferPointer<Int>) {
      parabolas.removeAll(keepingCapacity: true)
      for column in 0..<row.count {
        insert(column, offset: row[column] * row[column], width: row.count)
      }
      var index = 0
      for column in 0..<row.count {
        while index + 1 < parabolas.count && parabolas[index + 1].from <= column { index += 1 }
        let away = column - parabolas[index].column
        row[column] = away * away + parabolas[index].offset
      }
    }

    private mutating func insert(_ column: Int, offset: Int, width: Int) {
      while let last = parabolas.last {
        let difference =
          column * column - last.column * last.column + offset - last.offset
        // The last pixel, rounded down, at which the earlier parabola is no higher.
        let crossing = Self.floorDivide(difference, 2 * (column - last.column))
        if crossing >= last.from {
          if crossing + 1 < width {
            parabolas.append((column, offset, crossing + 1))
          }
          return
        }
        parabolas.removeLast()
      }
      parabolas.append((column, offset, 0))
    }

    private static func floorDivide(_ dividend: Int, _ divisor: Int) -> Int {
      let quotient = dividend / divisor
      return dividend % divisor < 0 ? quotient - 1 : quotient
    }
  }
}
