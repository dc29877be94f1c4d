import Kernels
import TestSupport
import Testing

/// The amplitude switch against the published implementation, for several square sizes.
@Suite("Frequency switch, Golden")
struct FrequencySwitchGoldenTests {
  static let cases = [
    ("256", "area_0.0175"), ("256", "area_0.05"), ("64", "area_0.05"), ("64", "area_0.33"),
    ("64", "area_1.0"),
  ]

  @Test("restored images", arguments: cases)
  func restored(size: String, area: String) throws {
    let golden = try Golden("frequency_switch.h5")
    let (shape, a) = try golden.bytes("\(size)/a")
    let b = try golden.bytes("\(size)/b").values
    let pixels = shape[2] * shape[3]
    let share = try golden.attribute("fs_size", on: "\(size)/\(area)")
    let method = FrequencySwitch(size: shape[2], area: share, workers: 1)
    #expect(try Double(method.side) == golden.attribute("side", on: "\(size)/\(area)"))
    let first = a.map { Float($0) / 255 }
    let second = b.map { Float($0) / 255 }
    var restoredA = first
    var restoredB = second
    for image in 0..<shape[0] {
      first.withUnsafeBufferPointer { x in
        second.withUnsafeBufferPointer { y in
          restoredA.withUnsafeMutableBufferPointer { p in
            restoredB.withUnsafeMutableBufferPointer { q in
              let offset = image * pixels
              method.apply(
                worker: 0, first: x.baseAddress! + offset, second: y.baseAddress! + offset,
                restoredFirst: p.baseAddress! + offset, restoredSecond: q.baseAddress! + offset)
            }
          }
        }
      }
    }
    let folder = "\(size)/\(area)"
    #expect(try relativeError(restoredA, golden.tensor("\(folder)/restored_a").values) < 2e-6)
    #expect(try relativeError(restoredB, golden.tensor("\(folder)/restored_b").values) < 2e-6)
  }
}
