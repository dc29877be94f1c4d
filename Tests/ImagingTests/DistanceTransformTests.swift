import Imaging
import Testing

@Suite struct DistanceTransformTests {
  @Test(arguments: [(1, 1), (1, 12), (12, 1), (9, 14), (40, 23)])
  func exact(_ width: Int, _ height: Int) throws {
    var random = RandomMasks(seed: UInt64(width * 1000 + height))
    for percent: UInt64 in [1, 3, 10, 50, 100] {
      for _ in 0..<10 {
        var mask = random.mask(width: width, height: height, percent: percent)
        mask[Int(random.next() % UInt64(mask.count))] = 1
        let ours = try #require(
          DistanceTransform.squaredDistances(toForegroundOf: mask, width: width, height: height))
        let sites = mask.indices.filter { mask[$0] != 0 }
        let exact = mask.indices.map { pixel in
          sites.map { site in
            let (x, y) = (pixel % width - site % width, pixel / width - site / width)
            return x * x + y * y
          }.min()
        }
        let areEqual = ours == exact
        #expect(areEqual, "\(mask)")
      }
    }
  }

  @Test func emptyMaskHasNone() {
    let mask = [UInt8](repeating: 0, count: 12)
    #expect(
      DistanceTransform.squaredDistances(toForegroundOf: mask, width: 4, height: 3) == nil)
  }

  @Test func edgesAreBesideBackgroundOrBorder() {
    let mask: [UInt8] = [
      1, 1, 1, 0, 0,
      1, 1, 1, 1, 0,
      1, 1, 1, 1, 0,
      0, 1, 1, 0, 0,
    ]
    #expect(
      edges(of: mask, width: 5, height: 4) == [
        1, 1, 1, 0, 0,
        1, 0, 0, 1, 0,
        1, 0, 0, 1, 0,
        0, 1, 1, 0, 0,
      ])
  }
}
