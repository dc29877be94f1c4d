import Imaging
import Testing

/// Against flood filling.
@Suite struct ComponentsTests {
  /// Numbered in raster order of first pixels.
  static func floodFilled(_ mask: [UInt8], _ width: Int, _ height: Int) -> (
    labels: [Int32], sizes: [Int]
  ) {
    var labels = [Int32](repeating: 0, count: mask.count)
    var sizes: [Int] = []
    for start in mask.indices where mask[start] != 0 && labels[start] == 0 {
      sizes.append(0)
      var open = [start]
      labels[start] = Int32(sizes.count)
      while let pixel = open.popLast() {
        sizes[sizes.count - 1] += 1
        let (x, y) = (pixel % width, pixel / width)
        for v in max(y - 1, 0)...min(y + 1, height - 1) {
          for u in max(x - 1, 0)...min(x + 1, width - 1)
          where mask[v * width + u] != 0 && labels[v * width + u] == 0 {
            labels[v * width + u] = Int32(sizes.count)
            open.append(v * width + u)
          }
        }
      }
    }
    return (labels, sizes)
  }

  @Test(arguments: [(1, 1), (1, 9), (9, 1), (7, 5), (32, 32), (61, 40)])
  func randomMasks(_ width: Int, _ height: Int) {
    var random = RandomMasks(seed: UInt64(width * 1000 + height))
    for percent: UInt64 in [0, 8, 25, 35, 42, 50, 60, 80, 100] {
      for _ in 0..<20 {
        let mask = random.mask(width: width, height: height, percent: percent)
        let expected = Self.floodFilled(mask, width, height)
        let components = Components(of: mask, width: width, height: height)
        let areEqual = components.labels == expected.labels && components.sizes == expected.sizes
        #expect(areEqual, "\(mask)")
        let largest = expected.sizes.max()
          .flatMap { expected.sizes.firstIndex(of: $0) }.map { Int32($0 + 1) }
        let kept = largestComponent(of: mask, width: width, height: height)
        let isLargest = kept == expected.labels.map { $0 != 0 && $0 == largest ? 1 : 0 }
        #expect(isLargest, "\(mask)")
      }
    }
  }

  @Test func spiralIsOneComponent() {
    let rows = [
      "1111111", "0000001", "1111101", "1000101", "1011101", "1000001", "1111111",
    ]
    let mask = rows.flatMap { $0.utf8.map { $0 == 0x31 ? UInt8(1) : 0 } }
    let components = Components(of: mask, width: 7, height: 7)
    #expect(components.sizes == [mask.count { $0 == 1 }])
  }
}
