import Imaging
import TestSupport
import Testing

@Suite struct LargestComponentGoldenTests {
  @Test func everyMask() throws {
    let golden = try Golden("largest_component.h5")
    let (shape, masks) = try golden.bytes("mask")
    let (_, largest) = try golden.bytes("largest")
    let (count, height, width) = (shape[0], shape[1], shape[2])
    var finder = LargestComponent(width: width, height: height)
    for number in 0..<count {
      let range = number * width * height..<(number + 1) * width * height
      var mask = Array(masks[range])
      let isEqual =
        largestComponent(of: mask, width: width, height: height) == Array(largest[range])
      #expect(isEqual, "mask \(number)")
      let size = mask.withUnsafeMutableBufferPointer { buffer in
        buffer.baseAddress.map { finder.keep(in: $0) }
      }
      let isKept = mask == Array(largest[range])
      #expect(isKept, "mask \(number) in place")
      #expect(size == largest[range].count { $0 != 0 })
    }
  }
}
