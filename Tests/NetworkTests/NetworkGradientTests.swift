import Kernels
import Network
import RandomNumbers
import Tensors
import TestSupport
import Testing

/// Every layer's gradient against central differences in Double: of the whole network, parameter
/// tensor by parameter tensor, with batch norm in two groups and dropout on.
@Suite struct NetworkGradientTests {
  static let images = 4

  /// What both networks are fed and how their outputs are weighed to one number.
  struct Problem {
    let network: UNet
    let model: ModelState
    let batch: ImageBatch
    let inputs: [Float]
    let logitWeights: [Float]
    let featureWeights: [Float]

    init(size: Int = 32, channels: Int = 4) {
      var stream = RandomStream(seed: 11, purpose: .kernelProbe)
      func random(_ count: Int) -> [Float] {
        (0..<count).map { _ in Float(stream.uniform(in: -1..<1)) }
      }
      network = UNet(.init(imageSize: size, initialChannels: channels))
      model = ModelState(layout: network.graph.layout, seed: 3)
      batch = ImageBatch(
        groups: [0, 1, 0, 1], globalGroupSizes: [2, 2], samples: [7, 1 << 24, 9, 3],
        dropoutKey: RandomStream.key(seed: 5, purpose: .dropout), iteration: 12)
      inputs = random(NetworkGradientTests.images * size * size)
      logitWeights = random(NetworkGradientTests.images * 2 * size * size).map { $0 * 1e-3 }
      featureWeights = random(NetworkGradientTests.images * size * size).map { $0 * 1e-3 }
      // γ and β away from 1 and 0, where mistakes would hide.
      for slot in model.layout.parameters where slot.shape.count == 1 {
        for k in slot.range { model.parameters.values[k] += 0.3 * Float(stream.uniform() - 0.5) }
      }
    }

    /// Σ logits · weights + Σ features · weights by the reference.
    func value(_ parameters: [String: [Double]]) -> Double {
      let size = network.configuration.imageSize
      var reference = ReferenceNetwork(
        size: size, channels: network.configuration.initialChannels, groups: batch.groups,
        dropoutRates: network.configuration.dropoutRates, dropoutKey: batch.dropoutKey,
        samples: batch.samples, iteration: UInt32(batch.iteration), parameters: parameters)
      let pixels = size * size
      let planes = (0..<NetworkGradientTests.images).map { image in
        [inputs[(image * pixels)..<((image + 1) * pixels)].map { Double($0) }]
      }
      let (logits, features) = reference.forward(planes)
      func weighed(_ maps: [[[Double]]], _ weights: [Float]) -> Double {
        zip(maps.flatMap { $0.flatMap { $0 } }, weights).reduce(0) { $0 + $1.0 * Double($1.1) }
      }
      return weighed(logits, logitWeights) + weighed(features, featureWeights)
    }

    var parameters: [String: [Double]] {
      model.layout.parameters.reduce(into: [:]) { result, slot in
        result[slot.name] = model.values(of: slot).map { Double($0) }
      }
    }
  }

  /// Our gradients of the same number.
  private func gradients(_ problem: Problem, threads: Int) throws -> [Double] {
    let runner = try NetworkRunner(
      compute: try Compute(threads: threads), network: problem.network, mode: .training,
      capacity: Self.images, groups: 2)
    runner.load(problem.model)
    _ = runner.inputs.values.update(fromContentsOf: problem.inputs)
    try runner.forward(problem.batch, model: problem.model, projector: true, exchange: SoleRank())
    _ = runner.logitGradients.values.update(fromContentsOf: problem.logitWeights)
    _ = runner.featureGradients.values.update(fromContentsOf: problem.featureWeights)
    try runner.backward(
      problem.batch, featureImages: [true, true, true, true], projector: true,
      exchange: SoleRank())
    #expect(runner.takeOffender() == Int.max)
    return runner.gradients.values.map { FixedPoint.gradients.value($0) }
  }

  @Test(arguments: [32, 48]) func everyTensorAgreesWithCentralDifferences(size: Int) throws {
    let problem = Problem(size: size)
    let ours = try gradients(problem, threads: 2)
    let parameters = problem.parameters
    let largest = ours.map(abs).max() ?? 0
    var stream = RandomStream(seed: 2, purpose: .kernelProbe)
    for slot in problem.model.layout.parameters {
      // A random direction within the tensor: all its components count at once.
      let direction = (0..<slot.count).map { _ in stream.uniform() < 0.5 ? -1.0 : 1.0 }
      let step = 1e-9  // small enough that no activation crosses a kink on the way
      func moved(_ sign: Double) -> Double {
        var changed = parameters
        changed[slot.name] = zip(parameters[slot.name]!, direction).map {
          $0 + sign * step * $1
        }
        return problem.value(changed)
      }
      let expected = (moved(1) - moved(-1)) / (2 * step)
      let found = zip(ours[slot.range], direction).reduce(0) { $0 + $1.0 * $1.1 }
      // float32 leaves about 1e-6 of the largest gradient in each component.
      let scale = abs(expected) + 1e-2 * largest
      #expect(abs(found - expected) < 2e-3 * scale, "\(slot.name): \(found), \(expected)")
    }
  }

  /// 48 leaves three by three pixels at the bottom: odd counts in every kernel.
  @Test(arguments: [32, 48]) func theForwardPassAgreesWithTheReference(size: Int) throws {
    let problem = Problem(size: size)
    let runner = try NetworkRunner(
      compute: try Compute(threads: 1), network: problem.network, mode: .training,
      capacity: Self.images, groups: 2)
    runner.load(problem.model)
    _ = runner.inputs.values.update(fromContentsOf: problem.inputs)
    try runner.forward(problem.batch, model: problem.model, projector: true, exchange: SoleRank())
    func weighed(_ values: UnsafeMutableBufferPointer<Float>, _ weights: [Float]) -> Double {
      zip(values, weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let ours =
      weighed(runner.logits.values, problem.logitWeights)
      + weighed(runner.features.values, problem.featureWeights)
    let expected = problem.value(problem.parameters)
    #expect(abs(ours - expected) < 1e-4 * abs(expected), "\(ours), \(expected)")
  }

  /// Threads take images in any order; the sums do not notice.
  @Test func threadsChangeNoBit() throws {
    let problem = Problem()
    let one = try gradients(problem, threads: 1)
    let problemAgain = Problem()
    let four = try gradients(problemAgain, threads: 4)
    #expect(one == four)
    #expect(
      problem.model.running.values.map(\.bitPattern)
        == problemAgain.model.running.values.map(\.bitPattern))
  }
}
