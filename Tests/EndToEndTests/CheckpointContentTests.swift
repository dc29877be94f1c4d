import HDF5
import Network
import Settings
import TestSupport
import Testing
import Training

/// What lies in the checkpoints of a run, read with HDF5 alone.
@Suite(.serialized) struct CheckpointContentTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    let outcome = try workspace.train("run")
    try #require(outcome.exitCode == 0, "\(outcome.output)")
  }

  private func open(_ name: String) throws -> HDF5File {
    try HDF5File.open(workspace.folder.file("run/\(name).h5"))
  }

  /// Where a phase's loss does not contain a parameter, it gets no gradient, momentum or decay.
  @Test func preTrainingLeavesTheProjectorAlone() throws {
    let file = try open("pre_last")
    let initial = ModelState(layout: UNet(.init(imageSize: 64)).graph.layout, seed: 5)
    for slot in initial.layout.parameters {
      let weights = try file.read("student/\(slot.name)", as: Float.self).values
      let momentum = try file.read("optimizer/momentum/\(slot.name)", as: Float.self).values
      let isFrozen = slot.name.hasPrefix("decoder.proj.")
      let isInitial = weights.map(\.bitPattern) == initial.values(of: slot).map(\.bitPattern)
      #expect(isInitial == isFrozen, "\(slot.name)")
      #expect(momentum.allSatisfy { $0.bitPattern == 0 } == isFrozen, "\(slot.name)")
    }
    for slot in initial.layout.buffers where slot.name.hasPrefix("decoder.proj.") {
      let means = try file.read("student/\(slot.name).running_mean", as: Float.self).values
      let variances = try file.read("student/\(slot.name).running_var", as: Float.self).values
      #expect(means.allSatisfy { $0.bitPattern == 0 } && variances.allSatisfy { $0 == 1 })
    }
  }

  /// The projector serves the contrastive loss, which only Switch has.
  @Test(arguments: ["bcp", "supervised"]) func theBaselinesLeaveTheProjectorAlone(
    method: String
  ) throws {
    let outcome = try workspace.train(method, ["--method", method])
    try #require(outcome.exitCode == 0, "\(outcome.output)")
    let file = try HDF5File.open(workspace.folder.file("\(method)/self_last.h5"))
    let initial = ModelState(layout: UNet(.init(imageSize: 64)).graph.layout, seed: 5)
    for slot in initial.layout.parameters {
      let weights = try file.read("student/\(slot.name)", as: Float.self).values
      let isInitial = weights.map(\.bitPattern) == initial.values(of: slot).map(\.bitPattern)
      #expect(isInitial == slot.name.hasPrefix("decoder.proj."), "\(slot.name)")
    }
  }

  /// Once for each group of images: 1 in pre-training, 4 in the student, 2 in the teacher, whose
  /// projector never runs.
  @Test func batchesAreCounted() throws {
    let best = try #require(try workspace.inspect("run/pre_best.h5")["iteration"] as? Int)
    let layers = UNet(.init(imageSize: 64)).graph.layout.buffers.map(\.name)
    let pre = try open("pre_last")
    let own = try open("self_last")
    for layer in layers {
      func count(_ file: borrowing HDF5File, _ group: String) throws -> [Int] {
        try file.read("\(group)/\(layer).num_batches_tracked", as: Int.self).values
      }
      let isProjector = layer.hasPrefix("decoder.proj.")
      #expect(try count(pre, "student") == [isProjector ? 0 : 6], "\(layer)")
      #expect(try count(own, "student") == [(isProjector ? 0 : best) + 4 * 6], "\(layer)")
      #expect(try count(own, "teacher") == [isProjector ? 0 : best + 2 * 6], "\(layer)")
    }
  }

  /// Nothing of the machine that computed it.
  @Test func theHeaderIsTheSameOnAllMachines() throws {
    let file = try open("self_last")
    #expect(
      try file.attributeNames().sorted() == [
        "arithmetic_version", "best_iteration", "best_score", "complete", "configuration",
        "content_digest", "format", "format_version", "iteration", "phase", "seal",
        "source_digest", "tool_version",
      ])
    let version = try file.readAttribute("arithmetic_version", as: Int.self)
    #expect(version == ArithmeticVersion.current)
  }

  @Test func inspectTellsWhatItHolds() throws {
    let file = try workspace.inspect("run/self_last.h5")
    #expect(file["phase"] as? String == "self-training")
    #expect(file["iteration"] as? Int == 6)
    #expect(file["parameters"] as? Int == 1_815_114)
    #expect(file["hasTeacher"] as? Bool == true)
    #expect(file["arithmeticVersion"] as? Int == ArithmeticVersion.current)
    #expect((file["digest"] as? String)?.count == 64)
    #expect(try workspace.inspect("run/pre_last.h5")["hasTeacher"] as? Bool == false)
    let text = try workspace.run(["inspect", "run/self_last.h5"])
    #expect(text.standardOutput.contains("checkpoint of self-training after 6 iterations"))
  }
}
