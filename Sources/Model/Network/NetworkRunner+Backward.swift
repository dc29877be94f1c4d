import Kernels

extension NetworkRunner {
  /// What a run of the threads back is about.
  struct BackwardPass {
    let batch: ImageBatch
    let featureImages: [Bool]
    /// Stages that each image goes back through.
    let segment: Range<Int>
    /// Stages whose gradients are collected beside the images: those of the segment before.
    let collected: Range<Int>
  }

  /// Goes back through the last `forward`: from `logitGradients` and `featureGradients` to the
  /// exact sums of this rank's parameter gradients in `gradients`.
  ///
  /// - Parameters:
  ///   - featureImages: for each image whether its features have a gradient; where they have none
  ///     the projector's backward pass, all zeros, is left out.
  ///   - projector: whether `forward` ran it. Without it its gradients are zero.
  ///   - gradientsReady: called between layers with each range of `gradients` that is complete, from
  ///     the last to the first, the same on every rank; the ranges cover all of them.
  public func backward(
    _ batch: ImageBatch, featureImages: [Bool], projector: Bool, exchange: any SumExchange,
    gradientsReady: (Range<Int>) throws -> Void = { _ in }
  ) throws {
    precondition(mode == .training, "only a training runner keeps what a backward pass needs")
    var end = usedStages(projector: projector)
    clearGradients(usedStages: end)
    if end < stages.count { try gradientsReady(gradientRange(end..<stages.count)) }
    var collected = end..<end
    while end > 0 {
      let segment = segment(endingBefore: end)
      let previous = segment.lowerBound > 0 ? stages[segment.lowerBound - 1].normalization : nil
      previous?.clearSums(of: workers)
      let pass = BackwardPass(
        batch: batch, featureImages: featureImages, segment: segment, collected: collected)
      let extra = collected.isEmpty ? 0 : 1
      tasks.backward.run(batch.groups.count + extra, of: pass, on: compute.pool)
      if extra > 0 { try gradientsReady(gradientRange(collected)) }
      try previous?.exchangeProjections(
        of: batch, workers: workers, gradients: gradients.baseAddress, exchange: exchange)
      collected = segment
      end = segment.lowerBound
    }
    collectGradients(collected)
    try gradientsReady(gradientRange(collected))
  }

  /// One image back through the stages of a segment, or the gradients of the one before.
  func backward(_ pass: BackwardPass, worker: Int, item: Int) {
    guard item < pass.batch.groups.count else { return collectGradients(pass.collected) }
    func place(_ stage: Stage) -> Place {
      Place(runner: self, stage: stage, batch: pass.batch, worker: worker, image: item)
    }
    for stage in stages[pass.segment].reversed() where runs(stage, item, in: pass) {
      stage.backward(at: place(stage))
    }
    guard pass.segment.lowerBound > 0 else { return }
    let previous = stages[pass.segment.lowerBound - 1]
    let isDone = stages[pass.segment.lowerBound].soleActivation != nil
    if !isDone && runs(previous, item, in: pass) {
      previous.normalization?.activationBackward(at: place(previous))
    }
  }

  /// Stages back from `end`, until the output of the one before has a batch norm.
  private func segment(endingBefore end: Int) -> Range<Int> {
    var first = end - 1
    while first > 0 && stages[first - 1].normalization == nil { first -= 1 }
    return first..<end
  }

  private func runs(_ stage: Stage, _ image: Int, in pass: BackwardPass) -> Bool {
    !isProjector(stage) || pass.featureImages[image]
  }

  // MARK: Gradients

  /// The parameters of neighbouring stages, with those of their batch norms.
  private func gradientRange(_ range: Range<Int>) -> Range<Int> {
    let start = stages[range.lowerBound].convolution.firstParameter
    let end =
      range.upperBound < stages.count
      ? stages[range.upperBound].convolution.firstParameter : gradients.count
    return start..<end
  }

  /// Zeros where gradients are added to: batch norms, and stages that are not used.
  private func clearGradients(usedStages: Int) {
    for stage in stages[..<usedStages] {
      stage.normalization?.clearGradients(gradients.baseAddress)
    }
    guard usedStages < stages.count else { return }
    for index in gradientRange(usedStages..<stages.count) { gradients.values[index] = 0 }
  }

  private func collectGradients(_ range: Range<Int>) {
    for stage in stages[range] { stage.convolution.collectGradient(into: gradients.baseAddress) }
  }
}
