import Digests
import Kernels
import Network
import RandomNumbers

/// A fingerprint of the arithmetic: SHA-256 over what one training pass of the planned primitives
/// and kernels makes of a fixed image. Ranks must agree on it, or their replicas would drift apart;
/// checkpoints carry it, so that a run resumed on another kind of processor can say so.
enum KernelProbe {
  static func hash(network: UNet, compute: Compute) throws -> String {
    let runner = try NetworkRunner(
      compute: compute, network: network, mode: .training, capacity: 1)
    let model = ModelState(layout: network.graph.layout, seed: 0)
    runner.load(model)
    var stream = RandomStream(seed: 0, purpose: .kernelProbe)
    for k in 0..<runner.inputs.count { runner.inputs.values[k] = Float(stream.uniform()) }
    let batch = ImageBatch(
      groups: [0], globalGroupSizes: [1], samples: [0],
      dropoutKey: RandomStream.key(seed: 0, purpose: .dropout), iteration: 0)
    try runner.forward(batch, model: model, projector: true) { _ in }
    for k in 0..<runner.logits.count {
      runner.logitGradients.values[k] = runner.logits.values[k] / Float(runner.logits.count)
    }
    for k in 0..<runner.features.count {
      runner.featureGradients.values[k] = runner.features.values[k] / Float(runner.features.count)
    }
    try runner.backward(batch, featureImages: [true], projector: true) { _ in }
    var digest = SHA256()
    digest.update(UnsafeRawBufferPointer(runner.logits.values))
    digest.update(UnsafeRawBufferPointer(runner.features.values))
    digest.update(UnsafeRawBufferPointer(runner.gradients.values))
    return String(digest.finalize().prefix(16))
  }
}
