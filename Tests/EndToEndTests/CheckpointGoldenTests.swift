import HDF5
import Runs
import TestSupport
import Testing
import Training

/// A checkpoint holds the published state dict: its names, its shapes, its types.
@Suite struct CheckpointGoldenTests {
  @Test func namesShapesAndTypesAreThePublishedOnes() throws {
    let workspace = try Workspace()
    let outcome = try workspace.train("run", ["--pre-iters", "1", "--self-iters", "1"])
    try #require(outcome.exitCode == 0, "\(outcome.output)")
    let file = try HDF5File.open(workspace.folder.file("run/self_last.h5"))

    let golden = try Golden("unet_small.h5")
    let published = try golden.datasets(below: "state")
    let parameters = published.filter {
      !["running_mean", "running_var", "num_batches_tracked"].contains(Self.lastPart($0))
    }
    let expected =
      published.map { "student/\($0)" } + published.map { "teacher/\($0)" }
      + parameters.map { "optimizer/momentum/\($0)" }
    #expect(try Set(ContentDigest.datasets(in: file)) == Set(expected))

    // The golden network is the same with fewer channels.
    let first = try golden.tensor("state/encoder.in_conv.conv_conv.0.weight").shape[0]
    for name in published {
      let isCounter = Self.lastPart(name) == "num_batches_tracked"
      let stored = try golden.tensor("state/\(name)").shape
      let shape = isCounter ? [] : Self.widened(stored, name, factor: 16 / first)
      let copies = parameters.contains(name) ? ["optimizer/momentum"] : []
      for group in ["student", "teacher"] + copies {
        #expect(try file.readShape("\(group)/\(name)") == shape, "\(group)/\(name)")
        let type = try file.elementType("\(group)/\(name)")
        #expect(type == (isCounter ? .int64 : .float32), "\(group)/\(name)")
      }
    }
  }

  private static func lastPart(_ name: String) -> String {
    name.split(separator: ".").last.map(String.init) ?? name
  }

  /// A shape with `factor` times as many channels, but for the gray input, the two classes, the
  /// projector, which has fixed widths, and the sides of the kernel.
  private static func widened(_ shape: [Int], _ name: String, factor: Int) -> [Int] {
    if name.hasPrefix("decoder.proj.") { return shape }
    let outputs = name.hasPrefix("decoder.out_conv.") ? shape[0] : factor * shape[0]
    guard shape.count == 4 else { return [outputs] }
    return [outputs, shape[1] == 1 ? 1 : factor * shape[1], shape[2], shape[3]]
  }
}
