import Kernels
import Methods
import Network
import Tensors
import VectorInterface

extension TrainingStep {
  /// Exact sums of the losses over all ranks, then the gradients of logits and features.
  func evaluateLosses(exchange: any SumExchange) throws -> StepLosses {
    losses.clear()
    student.logitGradients.fill(with: 0)
    compute.pool.run(share.count, tasks.lossSums)
    if losses.hasOffender { student.noteLossOffender() }
    try exchange.sum(losses.collect())
    for group in plan.groups.indices { mixLosses[group] = mixLoss(group: group) }
    compute.pool.run(share.count, tasks.mixGradient)
    return report()
  }

  func addLossSums(worker: Int, index: Int) {
    addMixSums(worker: worker, index: index)
    if plan.hasRestoredViews { addConsistency(worker: worker, index: index) }
    if let contrastive { addContrastive(contrastive, worker: worker, index: index) }
  }

  func addMixGradient(index: Int) {
    let loss = mixLosses[group(index)]
    compute.kernels.addMixLossGradient(
      logits: logits(index), base: Floats(planes.baseTarget(index)),
      patch: Floats(planes.patchTarget(index)), mask: planes.mask, pixels: pixels,
      factors: loss.factors(scale: plan.lossScale), to: logitGradient(index))
  }

  private func logits(_ view: Int) -> Floats {
    Floats(student.logits.baseAddress + view * 2 * pixels)
  }

  private func logitGradient(_ view: Int) -> MutableFloats {
    student.logitGradients.baseAddress + view * 2 * pixels
  }

  private func group(_ index: Int) -> Int { plan.mixtures[share.lowerBound + index].group }

  private func addMixSums(worker: Int, index: Int) {
    losses.add(.mix, group: group(index), worker: worker) { sums in
      compute.kernels.addMixLossSums(
        logits: logits(index), base: Floats(planes.baseTarget(index)),
        patch: Floats(planes.patchTarget(index)), mask: planes.mask, pixels: pixels, sums: sums)
    }
  }

  /// Mean squared difference of the two views' logits; its gradient goes into both.
  private func addConsistency(worker: Int, index: Int) {
    let plain = logits(index)
    let restored = logits(share.count + index)
    let count = 2 * pixels
    losses.add(.consistency, group: group(index), worker: worker) { sums in
      sums[0] = compute.kernels.squaredDifference(plain, restored, count: count)
    }
    let elements = Double(groupSizes[group(index)] * count)
    let factor = Float(plan.consistencyWeight / Double(plan.groups.count) * 2 / elements)
    compute.kernels.addDifference(
      plain, restored, count: count, factor: factor, to: logitGradient(index))
    compute.kernels.addDifference(
      restored, plain, count: count, factor: factor, to: logitGradient(share.count + index))
  }

  private func addContrastive(_ contrastive: ContrastiveLoss, worker: Int, index: Int) {
    let count = student.features.count / student.capacity
    let query = Floats(student.features.baseAddress + index * count)
    let key = Floats(student.features.baseAddress + (share.count + index) * count)
    let factor = plan.contrastiveWeight / Double(plan.groups.count) / positions(index)
    losses.add(.contrastive, group: group(index), worker: worker) { sums in
      sums[0] = contrastive.evaluate(
        worker: worker, query: query, key: key, factor: factor,
        gradient: student.featureGradients.baseAddress + index * count)
    }
  }

  /// Positions over which the contrastive loss of a mixture's group is a mean.
  private func positions(_ index: Int) -> Double {
    Double(groupSizes[group(index)] * UNet.featurePixels(pixels))
  }

  private func mixLoss(group: Int) -> MixLoss {
    let images = groupSizes[group]
    return MixLoss(
      weights: plan.groups[group].weights, basePixels: images * planes.basePixels,
      patchPixels: images * planes.patchPixels
    ) { losses.value(.mix, $0, group: group) }
  }

  /// Writes the result over the last one.
  private func report() -> StepLosses {
    var mix = 0.0
    for group in plan.groups.indices {
      let loss = mixLosses[group]
      result.groups[group].crossEntropy = loss.crossEntropy
      result.groups[group].dice = loss.dice
      mix += loss.crossEntropy + loss.dice
    }
    result.mix = plan.lossScale * mix
    result.consistency = plan.hasRestoredViews ? mean(.consistency) : 0
    result.contrastive = plan.usesProjector ? mean(.contrastive) : 0
    result.total =
      result.mix + plan.contrastiveWeight * result.contrastive
      + plan.consistencyWeight * result.consistency
    return result
  }

  /// Mean over the groups of a term that is a mean over each group's elements.
  private func mean(_ term: LossSums.Term) -> Double {
    var sum = 0.0
    for group in plan.groups.indices {
      sum += losses.sumOfMeans(term, group: group) / Double(groupSizes[group])
    }
    return sum / Double(plan.groups.count)
  }
}
