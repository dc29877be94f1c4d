import Kernels
import Learning
import Methods
import Network
import Tensors
import VectorInterface

extension TrainingStep {
  /// Exact sums of the losses over all ranks, then the gradients of logits and features.
  func evaluateLosses(exchange: SumExchange) throws -> StepLosses {
    losses.clear()
    student.logitGradients.fill(with: 0)
    compute.pool.run(share.count) { worker, index in
      addMixSums(worker: worker, index: index)
      if plan.hasRestoredViews { addConsistency(worker: worker, index: index) }
      if let contrastive { addContrastive(contrastive, worker: worker, index: index) }
    }
    if losses.hasOffender { student.noteLossOffender() }
    let sums = losses.collect()
    try exchange(sums)
    let mixLosses = plan.groups.indices.map { mixLoss(group: $0) }
    compute.pool.run(share.count) { _, index in
      let loss = mixLosses[plan.mixtures[share.lowerBound + index].group]
      compute.kernels.addMixLossGradient(
        logits: logits(index), base: Floats(planes.baseTarget(index)),
        patch: Floats(planes.patchTarget(index)), mask: planes.mask, pixels: pixels,
        factors: loss.factors(scale: plan.lossScale), to: logitGradient(index))
    }
    return report(mixLosses)
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
    let elements = Double(plan.groupSizes[group(index)] * count)
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
    Double(plan.groupSizes[group(index)] * pixels / 16)
  }

  private func mixLoss(group: Int) -> MixLoss {
    let images = plan.groupSizes[group]
    return MixLoss(
      sums: losses.values(.mix, group: group), weights: plan.groups[group].weights,
      basePixels: images * planes.basePixels, patchPixels: images * planes.patchPixels)
  }

  private func report(_ mixLosses: [MixLoss]) -> StepLosses {
    let groups = zip(plan.groups, mixLosses).map {
      StepLosses.Group(name: $0.name, crossEntropy: $1.crossEntropy, dice: $1.dice)
    }
    let mix = plan.lossScale * groups.reduce(0) { $0 + $1.crossEntropy + $1.dice }
    func mean(_ term: LossSums.Term, elements: Int) -> Double {
      let means = plan.groups.indices.map {
        losses.values(term, group: $0)[0] / Double(plan.groupSizes[$0] * elements)
      }
      return means.reduce(0, +) / Double(means.count)
    }
    let consistency = plan.hasRestoredViews ? mean(.consistency, elements: 2 * pixels) : 0
    let contrastive = plan.usesProjector ? mean(.contrastive, elements: pixels / 16) : 0
    return StepLosses(
      groups: groups, mix: mix, contrastive: contrastive, consistency: consistency,
      total: mix + plan.contrastiveWeight * contrastive + plan.consistencyWeight * consistency)
  }
}
