import Kernels
import Network
import Tensors
import TestSupport
import Testing

/// The network against the published implementation (README of the golden values, tolerances).
@Suite("U-Net, Golden")
struct UNetGoldenTests {
  /// A file of the `unet_…` form, and what bounds its gradients are held to.
  struct Case: Sendable, CustomStringConvertible {
    var file: String
    var perTensor: Double
    var overall: Double
    var description: String { file }
  }

  static let cases = [
    Case(file: "unet_small.h5", perTensor: 2e-4, overall: 2e-4),
    Case(file: "unet_tiny.h5", perTensor: 5e-2, overall: 2e-2),
    Case(file: "unet_full.h5", perTensor: 5e-2, overall: 2e-2),
  ].filter { Golden.isAvailable($0.file) }

  @Test("evaluation logits", arguments: cases)
  func evaluation(_ item: Case) throws {
    let fixture = try NetworkFixture(item.file)
    let runner = try NetworkRunner(
      compute: fixture.compute, network: fixture.network, mode: .evaluation,
      capacity: fixture.compute.pool.count)
    runner.load(fixture.model)
    let pixels = fixture.pixels
    let expected = try fixture.golden.tensor("eval/logits").values
    let collected = AlignedBuffer<Float>(count: expected.count)
    let target = collected.values
    runner.evaluate(fixture.images, model: fixture.model) { item, plane in
      for k in 0..<pixels { plane[k] = fixture.input[item * pixels + k] }
    } use: { _, item, logits in
      for k in 0..<(2 * pixels) { target[item * 2 * pixels + k] = logits[k] }
    }
    #expect(relativeError(Array(collected.values), expected) < 5e-6)
  }

  @Test("training logits, features, gradients and buffers", arguments: cases)
  func training(_ item: Case) throws {
    let fixture = try NetworkFixture(item.file)
    let runner = try fixture.trainingRunner()
    try runner.forward(fixture.batch, model: fixture.model, projector: true, exchange: SoleRank())
    let golden = fixture.golden
    let logits = try golden.tensor("train/logits").values
    let features = try golden.tensor("train/features").values
    #expect(relativeError(Array(runner.logits.values), logits) < 5e-5)
    #expect(relativeError(Array(runner.features.values), features) < 5e-5)
    _ = runner.logitGradients.values.update(
      fromContentsOf: try golden.tensor("train/grad_logits").values)
    _ = runner.featureGradients.values.update(
      fromContentsOf: try golden.tensor("train/grad_features").values)
    try runner.backward(
      fixture.batch, featureImages: [Bool](repeating: true, count: fixture.images),
      projector: true, exchange: SoleRank())
    #expect(runner.takeOffender() == Int.max)
    try expectGradients(
      runner.gradients.values.map { Float(FixedPoint.gradients.value($0)) },
      layout: fixture.network.graph.layout, golden: golden, group: "train/gradients",
      perTensor: item.perTensor, overall: item.overall)
    try expectBuffers(fixture.model, golden: golden)
  }

  private func expectBuffers(_ model: ModelState, golden: Golden) throws {
    for (index, slot) in model.layout.buffers.enumerated() {
      let name = "train/buffers_after/\(slot.name)"
      let means = Array(model.running.values[slot.means])
      let variances = Array(model.running.values[slot.variances])
      #expect(try relativeError(means, golden.tensor("\(name).running_mean").values) < 1e-5)
      #expect(try relativeError(variances, golden.tensor("\(name).running_var").values) < 1e-5)
      let tracked = try golden.integers("\(name).num_batches_tracked").values
      #expect(model.batchesTracked[index] == tracked[0])
    }
  }
}

/// A golden network file with what is needed to run it.
struct NetworkFixture {
  let golden: Golden
  let network: UNet
  let model: ModelState
  let compute: Compute
  let images: Int
  let pixels: Int
  let input: [Float]

  init(_ file: String, threads: Int = 2) throws {
    golden = try Golden(file)
    let (shape, bytes) = try golden.bytes("input")
    images = shape[0]
    pixels = shape[2] * shape[3]
    input = bytes.map { Float($0) / 255 }
    let weight = try golden.tensor("state/encoder.in_conv.conv_conv.0.weight")
    network = UNet(
      .init(
        imageSize: shape[2], initialChannels: weight.shape[0],
        dropoutRates: [0, 0, 0, 0, 0]))
    model = ModelState(layout: network.graph.layout)
    try golden.load(model, from: "state")
    compute = try Compute(threads: threads)
  }

  var batch: ImageBatch {
    ImageBatch(
      groups: [Int](repeating: 0, count: images), globalGroupSizes: [images],
      samples: (0..<images).map { UInt32($0) }, dropoutKey: .zero, iteration: 0)
  }

  /// A runner with weights and images in place.
  func trainingRunner() throws -> NetworkRunner {
    let runner = try NetworkRunner(
      compute: compute, network: network, mode: .training, capacity: images)
    runner.load(model)
    _ = runner.inputs.values.update(fromContentsOf: input)
    return runner
  }
}
