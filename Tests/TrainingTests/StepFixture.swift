import Foundation
import Imaging
import Kernels
import Learning
import Methods
import Network
import TestSupport
import Testing
import Training

/// A stored step: state before, images, labels, mask.
struct StepFixture {
  let golden: Golden
  let folder: String
  let size: Int
  let network: UNet
  let student: ModelState
  let teacher: ModelState
  let compute: Compute
  let learningRate: Double
  private let images: [UInt8]
  private let labels: [UInt8]
  private let mask: [Float]

  init(file: String, folder: String, precision: Precision = .fp32) throws {
    golden = try Golden(file)
    self.folder = folder.isEmpty ? "" : folder + "/"
    let prefix = self.folder
    let (shape, bytes) = try golden.bytes("\(prefix)images")
    size = shape[2]
    images = bytes
    labels = try golden.bytes("\(prefix)labels").values.map { $0 > 0 ? 1 : 0 }
    mask =
      try golden.exists("\(prefix)mask")
      ? golden.bytes("\(prefix)mask").values.map { Float($0) }
      : [Float](repeating: 1, count: size * size)
    let channels = Int(try golden.attribute("init_channels"))
    network = UNet(
      .init(imageSize: size, initialChannels: channels, dropoutRates: [0, 0, 0, 0, 0]))
    student = ModelState(layout: network.graph.layout)
    teacher = ModelState(layout: network.graph.layout)
    try golden.load(student, from: "\(prefix)student_before")
    if try golden.exists("\(prefix)teacher_before") {
      try golden.load(teacher, from: "\(prefix)teacher_before")
    }
    learningRate = try golden.attribute("learning_rate", on: folder.isEmpty ? "/" : folder)
    compute = try Compute(threads: 2, precision: precision)
  }

  /// With the stored momentum, or none.
  func optimizer() throws -> MomentumOptimizer {
    let optimizer = MomentumOptimizer(
      layout: network.graph.layout, weightDecay: try golden.attribute("weight_decay"))
    for slot in network.graph.layout.parameters {
      let name = "\(folder)momentum_before/\(slot.name)"
      guard try golden.exists(name) else { continue }
      for (k, value) in zip(slot.range, try golden.tensor(name).values) {
        optimizer.momentum.values[k] = value
      }
    }
    return optimizer
  }

  /// Labeled images come first in the stored batch, then unlabeled ones.
  private func sample(_ slot: BatchSlot, labeledCount: Int) -> MaskedImage {
    let pixels = size * size
    let index = slot.stream == .labeled ? slot.slot : labeledCount + slot.slot
    return MaskedImage(
      side: size, image: Array(images[(index * pixels)..<((index + 1) * pixels)]),
      mask: Array(labels[(index * pixels)..<((index + 1) * pixels)]))
  }

  func run(_ plan: PhasePlan) throws -> StepRun {
    let step = try TrainingStep(
      plan: plan, share: 0..<plan.mixtures.count, network: network, compute: compute, seed: 1)
    let labeledCount = Int(try golden.attribute("labeled_batch"))
    let alone = StepAlone(step)
    let losses = try step.run(
      StepInput(
        iteration: 0, samples: step.wantedSlots.map { sample($0, labeledCount: labeledCount) },
        mask: mask), models: StepModels(student: student, teacher: teacher), exchange: alone)
    #expect(step.student.takeOffender() == Int.max)
    return StepRun(fixture: self, step: step, losses: losses, lossGradients: alone.lossGradients)
  }
}

/// A step on the only rank that there is, which keeps the losses' own gradients.
private final class StepAlone: StepExchange {
  private let step: TrainingStep
  private(set) var lossGradients: [Float] = []

  init(_ step: TrainingStep) { self.step = step }

  func awaitTeacher() {}
  func sum(_ values: UnsafeMutableBufferPointer<Int64>) {}
  func gradientsReady(_ range: Range<Int>) {}
  func lossGradientsReady() { lossGradients = Array(step.student.logitGradients.values) }
}

/// A step that was run, and its comparisons.
struct StepRun {
  let fixture: StepFixture
  let step: TrainingStep
  let losses: StepLosses
  /// With respect to the logits.
  let lossGradients: [Float]

  private var golden: Golden { fixture.golden }
  private var pixels: Int { fixture.size * fixture.size }

  func error(of values: [Float], _ name: String) throws -> Double {
    try relativeError(values, golden.tensor(fixture.folder + name).values)
  }

  /// Values of one group's images: four of each.
  func part<Values: RandomAccessCollection>(
    _ values: Values, group: Int, perImage: Int
  ) -> [Float] where Values.Element == Float, Values.Index == Int {
    Array(values[(group * 4 * perImage)..<((group + 1) * 4 * perImage)])
  }

  /// Mixed images, logits and features of each view, where the file has them.
  func expectViews(_ names: [String]) throws {
    for (group, name) in names.enumerated() {
      let arrays: [(String, [Float], Double)] = [
        ("image", part(step.student.inputs.values, group: group, perImage: pixels), 2e-6),
        ("logits", part(step.student.logits.values, group: group, perImage: 2 * pixels), 5e-5),
        ("features", part(step.student.features.values, group: group, perImage: pixels), 5e-5),
      ]
      for (kind, values, bound) in arrays
      where try golden.exists("\(fixture.folder)\(kind)_\(name)") {
        #expect(try error(of: values, "\(kind)_\(name)") < bound, "\(kind)_\(name)")
      }
    }
  }

  /// Teacher logits, and the cleaned masks wherever the teacher is not within 1e-5 of ½.
  func expectPseudoLabels() throws {
    let teacher = try #require(step.teacher)
    for (group, name) in ["p", "q"].enumerated() {
      let logits = part(teacher.logits.values, group: group, perImage: 2 * pixels)
      #expect(try error(of: logits, "teacher_logits_\(name)") < 5e-5)
      let expected = try golden.bytes("\(fixture.folder)pseudo_\(name)").values
      let reference = try golden.tensor("\(fixture.folder)teacher_logits_\(name)").values
      let ours = step.pseudoLabels(group: group)
      #expect(ours.count == expected.count)
      let wrong = zip(ours, expected).enumerated().filter { ($1.0 > 0) != ($1.1 > 0) }.map(\.offset)
      let undecided = wrong.filter { margin(reference, pixel: $0) <= 1e-5 }
      #expect(undecided == wrong, "\(wrong.count) pixels differ, \(undecided.count) near ½")
    }
  }

  /// Distance of the foreground's probability from ½, for pixel `pixel` of a group's four images.
  private func margin(_ logits: [Float], pixel: Int) -> Double {
    let image = pixel / pixels
    let place = pixel % pixels
    let background = Double(logits[2 * image * pixels + place])
    let foreground = Double(logits[(2 * image + 1) * pixels + place])
    return abs(1 / (1 + exp(background - foreground)) - 0.5)
  }

  func expectLossGradients() throws {
    for (group, name) in ["ul", "lu", "r_ul", "r_lu"].enumerated() {
      let logits = part(lossGradients, group: group, perImage: 2 * pixels)
      if try golden.exists("\(fixture.folder)loss_grad_logits_\(name)") {
        #expect(try error(of: logits, "loss_grad_logits_\(name)") < 2e-5)
      }
      if group < 2, try golden.exists("\(fixture.folder)loss_grad_features_\(name)") {
        let features = part(
          step.student.featureGradients.values, group: group, perImage: pixels)
        #expect(try error(of: features, "loss_grad_features_\(name)") < 2e-5)
      }
    }
  }

  func expectLosses(_ expected: [(String, Double)]) throws {
    for (name, value) in expected {
      let golden = try golden.doubles(fixture.folder + name).values[0]
      #expect(abs(value / golden - 1) < 5e-5, "\(name): \(value), golden \(golden)")
    }
  }

  /// Gradients, and the change of the whole state by the step.
  func expectGradientsAndUpdate() throws {
    let layout = fixture.network.graph.layout
    let student = step.student
    try expectGradients(
      student.gradients.values.map { Float(FixedPoint.gradients.value($0)) }, layout: layout,
      golden: golden, group: "\(fixture.folder)gradients", perTensor: 5e-2, overall: 2e-2)
    guard try golden.exists("\(fixture.folder)student_after") else { return }
    let before = Array(fixture.student.parameters.values)
    let optimizer = try fixture.optimizer()
    let projectorStart = layout.parameters.first { $0.name.hasPrefix("decoder.proj") }?.offset ?? 0
    optimizer.update(
      fixture.student, gradients: student.gradients.baseAddress,
      count: step.plan.usesProjector ? layout.parameterCount : projectorStart,
      learningRate: fixture.learningRate, compute: fixture.compute)
    var ours: [Float] = []
    var theirs: [Float] = []
    for slot in layout.parameters {
      let after = try golden.tensor("\(fixture.folder)student_after/\(slot.name)").values
      for (k, value) in zip(slot.range, after) {
        ours.append(fixture.student.parameters.values[k] - before[k])
        theirs.append(value - before[k])
      }
    }
    #expect(relativeError(ours, theirs) < 1e-2)
    try expectBuffers()
  }

  private func expectBuffers() throws {
    for slot in fixture.student.layout.buffers
    where step.plan.usesProjector || !slot.name.contains("proj") {
      let name = "\(fixture.folder)student_after/\(slot.name)"
      let means = Array(fixture.student.running.values[slot.means])
      let variances = Array(fixture.student.running.values[slot.variances])
      #expect(try relativeError(means, golden.tensor("\(name).running_mean").values) < 1e-5)
      #expect(try relativeError(variances, golden.tensor("\(name).running_var").values) < 1e-5)
    }
  }
}
