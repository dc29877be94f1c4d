import Kernels
import Learning
import Methods
import Network
import TestSupport
import Testing
import Training

/// Whole training steps against the published implementation, each from its own stored state.
@Suite("Training steps, Golden")
struct StepGoldenTests {
  static let selfSteps = [
    ("self_train_step_tiny.h5", "step_0"), ("self_train_step_tiny.h5", "step_1"),
    ("self_train_step_full.h5", "step_0"),
  ].filter { Golden.isAvailable($0.0) }

  @Test("a self-training step of Switch", arguments: selfSteps)
  func selfTraining(file: String, step: String) throws {
    let fixture = try StepFixture(file: file, folder: step)
    let golden = fixture.golden
    let method = SwitchMethod(
      coarsePatches: 2, finePatches: 2, frequencyArea: try golden.attribute("fs_size"),
      contrastiveWeight: try golden.attribute("contrastive_weight"),
      consistencyWeight: try golden.attribute("consistency_weight"))
    let plan = method.phases(imageSize: fixture.size, batchSize: 16)[1]
    let run = try fixture.run(plan)
    try run.expectViews(["ul", "lu", "r_ul", "r_lu"])
    try run.expectPseudoLabels()
    try run.expectLossGradients()
    let losses = run.losses
    let expected: [(String, Double)] =
      losses.groups.flatMap {
        [("loss_ce_\($0.name)", $0.crossEntropy), ("loss_dice_\($0.name)", $0.dice)]
      } + [
        ("loss_mss", losses.mix), ("loss_contrastive", losses.contrastive),
        ("loss_consistency", losses.consistency), ("loss_total", losses.total),
      ]
    try run.expectLosses(expected)
    try run.expectGradientsAndUpdate()
  }

  @Test("a pre-training step of Switch")
  func preTraining() throws {
    let fixture = try StepFixture(file: "pre_train_step_tiny.h5", folder: "")
    let method = SwitchMethod(
      coarsePatches: 2, finePatches: 2, frequencyArea: 0.07, contrastiveWeight: 0.1,
      consistencyWeight: 0.1)
    let run = try fixture.run(method.phases(imageSize: fixture.size, batchSize: 16)[0])
    #expect(try run.error(of: Array(run.step.student.logits.values), "logits") < 5e-5)
    try run.expectLosses([
      ("loss_ce", run.losses.groups[0].crossEntropy), ("loss_dice", run.losses.groups[0].dice),
      ("loss_total", run.losses.total),
    ])
    try run.expectGradientsAndUpdate()
    try expectIdleProjector(fixture)
  }

  @Test("a pre-training step of bidirectional copy-paste")
  func copyPastePreTraining() throws {
    let fixture = try StepFixture(file: "bcp_pre_train_step_tiny.h5", folder: "")
    let plans = BidirectionalCopyPaste().phases(imageSize: fixture.size, batchSize: 16)
    let run = try fixture.run(plans[0])
    #expect(try run.error(of: Array(run.step.student.logits.values), "logits") < 5e-5)
    try expectSums(run)
  }

  @Test("a self-training step of bidirectional copy-paste")
  func copyPasteSelfTraining() throws {
    let fixture = try StepFixture(file: "bcp_self_train_step_tiny.h5", folder: "")
    let plans = BidirectionalCopyPaste().phases(imageSize: fixture.size, batchSize: 16)
    let run = try fixture.run(plans[1])
    let (logits, count) = (run.step.student.logits.values, 2 * fixture.size * fixture.size)
    for (group, name) in ["logits_unlabeled_base", "logits"].enumerated() {
      #expect(try run.error(of: run.part(logits, group: group, perImage: count), name) < 5e-5)
    }
    for (group, name) in ["pseudo_a", "pseudo_b"].enumerated() {
      let expected = try fixture.golden.bytes(name).values.map { $0 > 0 }
      #expect(run.step.pseudoLabels(group: group).map { $0 > 0 } == expected)
    }
    try expectSums(run)
  }

  @Test("a supervised step")
  func supervised() throws {
    let fixture = try StepFixture(file: "supervised_step_tiny.h5", folder: "")
    let plans = SupervisedMethod(fillsBatch: true).phases(imageSize: fixture.size, batchSize: 16)
    let run = try fixture.run(plans[0])
    #expect(try run.error(of: Array(run.step.student.logits.values), "logits") < 5e-5)
    try expectSums(run)
  }

  /// Losses over all groups, gradients, update; the projector stays as it was.
  private func expectSums(_ run: StepRun) throws {
    let groups = run.losses.groups
    try run.expectLosses([
      ("loss_ce", groups.reduce(0) { $0 + $1.crossEntropy }),
      ("loss_dice", groups.reduce(0) { $0 + $1.dice }), ("loss_total", run.losses.total),
    ])
    try run.expectGradientsAndUpdate()
    try expectIdleProjector(run.fixture)
  }

  /// Without a projector in the loss its buffers stay as they were.
  private func expectIdleProjector(_ fixture: StepFixture) throws {
    for (index, slot) in fixture.student.layout.buffers.enumerated()
    where slot.name.hasPrefix(UNet.projectorName) {
      let name = "student_before/\(slot.name)"
      let means = try fixture.golden.tensor("\(name).running_mean").values
      let tracked = try fixture.golden.integers("\(name).num_batches_tracked").values
      #expect(Array(fixture.student.running.values[slot.means]) == means)
      #expect(fixture.student.batchesTracked[index] == tracked[0])
    }
  }

  @Test("optimizer and teacher, fed the published gradient and state")
  func update() throws {
    let fixture = try StepFixture(file: "self_train_step_tiny.h5", folder: "step_0")
    let golden = fixture.golden
    let layout = fixture.network.graph.layout
    var units = [Int64](repeating: 0, count: layout.parameterCount)
    for slot in layout.parameters {
      let values = try golden.tensor("step_0/gradients/\(slot.name)").values
      for (k, value) in zip(slot.range, values) {
        units[k] = FixedPoint.gradients.units(Double(value), terms: 1)!
      }
    }
    let optimizer = try fixture.optimizer()
    optimizer.update(
      fixture.student, gradients: units, count: layout.parameterCount,
      learningRate: fixture.learningRate, compute: fixture.compute)
    try expectParameters(
      Array(fixture.student.parameters.values), layout, golden, "step_0/student_after", 1e-6)
    try expectParameters(
      Array(optimizer.momentum.values), layout, golden, "step_0/momentum_after", 1e-6)
    try golden.load(fixture.student, from: "step_0/student_after")
    ExponentialMovingAverage.update(
      fixture.teacher, with: fixture.student, compute: fixture.compute)
    try expectParameters(
      Array(fixture.teacher.parameters.values), layout, golden, "step_0/teacher_after", 1e-6)
  }

  private func expectParameters(
    _ values: [Float], _ layout: ParameterLayout, _ golden: Golden, _ folder: String,
    _ bound: Double
  ) throws {
    for slot in layout.parameters {
      let expected = try golden.tensor("\(folder)/\(slot.name)").values
      #expect(relativeError(Array(values[slot.range]), expected) < bound, "\(folder)/\(slot.name)")
    }
  }

  @Test("learning rates of the published schedule")
  func schedule() throws {
    // The stored steps are t = 1 and t = 2 of 10.
    let golden = try Golden("self_train_step_tiny.h5")
    let schedule = CosineSchedule(initial: 0.05, steps: 10)
    for (index, step) in ["step_0", "step_1"].enumerated() {
      let expected = try golden.attribute("learning_rate", on: step)
      #expect(abs(schedule.learningRate(step: index + 1) / expected - 1) < 1e-12)
    }
  }
}
