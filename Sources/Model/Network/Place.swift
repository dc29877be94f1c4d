import Kernels
import VectorInterface

/// Where a layer works: one image in one stage, on one worker.
struct Place {
  let runner: NetworkRunner
  let stage: Stage
  let batch: ImageBatch
  let worker: Int
  let image: Int

  /// What the worker has for itself.
  var area: RunnerWorker { runner.workers[worker] }

  /// Does a piece of work and counts its time to an operation.
  func measure(_ work: WorkProfile.Work, _ operation: Int, _ body: () -> Void) {
    let started = WorkProfile.now()
    body()
    runner.profile.add(work, operation: operation, worker: worker, since: started)
  }

  // MARK: Memory

  func activation(_ map: FeatureMap) -> MutableMap {
    if map.isPlanes { return planes(map, outputs: runner.logits.baseAddress) }
    if let offset = runner.activationPlan.transient(map, in: stage) {
      return inWorker(offset)
    }
    guard let offset = runner.activationPlan.stored(map) else {
      preconditionFailure("a feature map without a place was asked for")
    }
    return inImage(offset)
  }

  /// - Precondition: the map has a gradient, as every map but the input has in training.
  func gradient(_ map: FeatureMap) -> MutableMap {
    if map.isPlanes { return planes(map, outputs: runner.logitGradients.baseAddress) }
    if let offset = runner.activationPlan.transientGradient(map, in: stage) {
      return inWorker(offset)
    }
    guard let offset = runner.activationPlan.gradient(map) else {
      preconditionFailure("a feature map without a gradient was asked for it")
    }
    return inImage(offset)
  }

  private func planes(_ map: FeatureMap, outputs: MutableFloats) -> MutableMap {
    let start = map.storage == nil ? runner.inputs.baseAddress : outputs
    return MutableMap(start + image * map.channels * map.pixels)
  }

  private func inWorker(_ offset: Int) -> MutableMap {
    MutableMap(area.maps.baseAddress) + offset * runner.maps.valueBytes
  }

  private func inImage(_ offset: Int) -> MutableMap {
    let start = image * runner.activationPlan.imageCount + offset
    return MutableMap(runner.activations.baseAddress) + start * runner.maps.valueBytes
  }
}
