import HDF5
import TestSupport
import Testing

/// Files written by h5py: compressed, with attributes on groups.
@Suite struct GoldenFileTests {
  @Test func namesShapesAndAttributesAreRead() throws {
    let golden = try Golden("unet_small.h5")
    let channels = try golden.attribute("init_channels")
    let weights = try golden.datasets().filter {
      $0.hasSuffix("encoder.in_conv.conv_conv.0.weight")
    }
    let first = try #require(weights.first)
    let (shape, values) = try golden.tensor(first)
    #expect(shape == [Int(channels), 1, 3, 3])
    #expect(values.count == 9 * Int(channels))
    #expect(values.allSatisfy { $0.isFinite && $0 != 0 })
    #expect(try Golden("pre_train_step_tiny.h5").stringAttribute("dropout") == "disabled")
  }

  @Test func masksAreBytes() throws {
    let golden = try Golden("largest_component.h5")
    let name = try #require(try golden.datasets().first)
    let (shape, values) = try golden.bytes(name)
    #expect(values.count == shape.reduce(1, *))
    #expect(Set(values) == [0, 1])
  }

  @Test func relativeErrorIsTheRatioOfNorms() {
    #expect(relativeError([3, 4.5], [3, 4]) == 0.1)
    #expect(relativeError([.nan], [1]) == .infinity)
    #expect(relativeError([1], [1, 2]) == .infinity)
    #expect(relativeError([0.5], [0]) == 0.5)
  }

  @Test(.enabled(if: Golden.isAvailable("unet_full.h5"), "unet_full.h5 is not in ../shared/golden"))
  func fullSizeFileIsFoundBesideThePackage() throws {
    #expect(try Golden("unet_full.h5").attribute("parameters") == 1_815_114)
  }
}
