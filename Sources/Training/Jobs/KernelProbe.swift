import Digests
import Kernels
import Learning
import MPI
import Network
import RandomNumbers
import Tensors
import VectorInterface

/// A fingerprint of what this process computes: SHA-256 over what one training pass of the planned
/// kernels, the frequency switch and the losses make of fixed numbers. Ranks must agree on it, or their
/// replicas would drift apart; on processors that compute rightly it is the same for all.
package struct KernelProbe: ~Copyable {
  private let compute: Compute
  private var stream = RandomStream(seed: 0, purpose: .kernelProbe)
  private var digest = SHA256()

  /// What a probe finds out.
  package struct Outcome {
    /// The fingerprint, 16 hexadecimal digits.
    package var hash: String
    /// Seconds of one image through the network and back, on one thread.
    package var forwardSeconds: Double
    package var backwardSeconds: Double
  }

  package static func run(network: UNet, compute: Compute) throws -> Outcome {
    var probe = KernelProbe(compute: compute)
    let seconds = try probe.addNetwork(network)
    probe.addFrequencySwitch()
    probe.addMixLoss()
    probe.addContrastiveLoss()
    return Outcome(
      hash: String(probe.digest.finalize().prefix(16)), forwardSeconds: seconds.forward,
      backwardSeconds: seconds.backward)
  }

  /// Of our kernels for losses and of the frequency switch alone.
  package static func kernelHash(_ compute: Compute) -> String {
    var probe = KernelProbe(compute: compute)
    probe.addFrequencySwitch()
    probe.addMixLoss()
    probe.addContrastiveLoss()
    return probe.digest.finalize()
  }

  /// Refuses ranks that compute differently. Collective.
  package static func requireAgreement(on hash: String, world: Communicator) throws {
    try world.requireEqual(
      [SharedFact("the bits they compute (of fixed numbers)", hash)],
      advice: "all processors must compute the same; switch-dist selftest on each node says which "
        + "does not")
  }

  private init(compute: Compute) { self.compute = compute }

  private mutating func addNetwork(
    _ network: UNet
  ) throws -> (forward: Double, backward: Double) {
    let runner = try NetworkRunner(
      compute: compute, network: network, mode: .training, capacity: 1)
    let model = ModelState(layout: network.graph.layout, seed: 0)
    runner.load(model)
    fill(runner.inputs.values)
    let batch = ImageBatch(
      groups: [0], globalGroupSizes: [1], samples: [0],
      dropoutKey: RandomStream.key(seed: 0, purpose: .dropout), iteration: 0)
    var start = ContinuousClock.now
    var forwardSeconds = 0.0
    // The first of two passes meets memory that nobody has touched; large images need not be timed so
    // well.
    for pass in 0..<2 where pass == 0 || forwardSeconds < 0.2 {
      start = .now
      try runner.forward(batch, model: model, projector: true, exchange: SoleRank())
      forwardSeconds = (ContinuousClock.now - start) / .seconds(1)
    }
    for k in 0..<runner.logits.count {
      runner.logitGradients.values[k] = runner.logits.values[k] / Float(runner.logits.count)
    }
    for k in 0..<runner.features.count {
      runner.featureGradients.values[k] = runner.features.values[k] / Float(runner.features.count)
    }
    start = .now
    try runner.backward(
      batch, featureImages: [true], projector: true, exchange: SoleRank())
    let backwardSeconds = (ContinuousClock.now - start) / .seconds(1)
    add(runner.logits)
    add(runner.features)
    digest.update(UnsafeRawBufferPointer(runner.gradients.values))
    return (forwardSeconds, backwardSeconds)
  }

  /// Its products are OpenBLAS', which chooses its code by itself; they are exact and must not show
  /// that.
  private mutating func addFrequencySwitch() {
    let size = 64
    let first = AlignedBuffer<Float>(count: size * size)
    let second = AlignedBuffer<Float>(count: size * size)
    for y in 0..<24 {
      for x in 0..<24 {
        let value = Float((stream.uniform() * 255).rounded()) / 255
        first.values[y * size + x] = value
        second.values[(y + 7) * size + x + 5] = value
      }
    }
    let restored = AlignedBuffer<Float>(count: 2 * size * size)
    FrequencySwitch(size: size, area: 0.25, workers: 1).apply(
      worker: 0, first: Floats(first.baseAddress), second: Floats(second.baseAddress),
      restoredFirst: restored.baseAddress, restoredSecond: restored.baseAddress + size * size)
    add(restored)
  }

  private mutating func addMixLoss() {
    let pixels = 1024
    let logits = randomNumbers(2 * pixels)
    let base = randomNumbers(pixels)
    let patch = randomNumbers(pixels)
    let mask = randomNumbers(pixels)
    for plane in [base.values, patch.values, mask.values] {
      for k in plane.indices { plane[k] = plane[k] < 0.5 ? 0 : 1 }
    }
    let sums = AlignedBuffer<Double>(count: MixLoss.sumCount)
    compute.kernels.addMixLossSums(
      logits: Floats(logits.baseAddress), base: Floats(base.baseAddress),
      patch: Floats(patch.baseAddress), mask: Floats(mask.baseAddress), pixels: pixels,
      sums: sums.baseAddress)
    let basePixels = mask.values.count { $0 == 1 }
    let loss = MixLoss(
      weights: .init(base: 0.5, patch: 1), basePixels: basePixels,
      patchPixels: pixels - basePixels
    ) { sums.baseAddress[$0] }
    let gradient = AlignedBuffer<Float>(count: logits.count)
    compute.kernels.addMixLossGradient(
      logits: Floats(logits.baseAddress), base: Floats(base.baseAddress),
      patch: Floats(patch.baseAddress), mask: Floats(mask.baseAddress), pixels: pixels,
      factors: loss.factors(scale: 0.5), to: gradient.baseAddress)
    digest.update(UnsafeRawBufferPointer(sums.values))
    add(gradient)
  }

  private mutating func addContrastiveLoss() {
    let positions = 256
    let query = randomNumbers(UNet.featureChannels * positions)
    let key = randomNumbers(UNet.featureChannels * positions)
    let loss = ContrastiveLoss(
      channels: UNet.featureChannels, positions: positions, compute: compute)
    let gradient = AlignedBuffer<Float>(count: query.count)
    let sum = loss.evaluate(
      worker: 0, query: Floats(query.baseAddress), key: Floats(key.baseAddress),
      factor: 1 / Double(positions), gradient: gradient.baseAddress)
    withUnsafeBytes(of: sum.bitPattern.littleEndian) { digest.update($0) }
    add(gradient)
  }

  // MARK: Numbers in and out

  private mutating func fill(_ values: UnsafeMutableBufferPointer<Float>) {
    for k in values.indices { values[k] = Float(stream.uniform()) }
  }

  private mutating func randomNumbers(_ count: Int) -> AlignedBuffer<Float> {
    let buffer = AlignedBuffer<Float>(count: count)
    fill(buffer.values)
    return buffer
  }

  private mutating func add(_ buffer: borrowing AlignedBuffer<Float>) {
    digest.update(UnsafeRawBufferPointer(buffer.values))
  }
}
