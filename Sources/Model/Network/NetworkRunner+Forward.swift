import Kernels
import VectorInterface

extension NetworkRunner {
  /// What a run of the threads forward is about.
  struct ForwardPass {
    let batch: ImageBatch
    /// Stages that each image goes through.
    let segment: Range<Int>
  }

  /// Forwards the images of this rank with batch statistics and updates the model's running ones.
  ///
  /// Fills `logits`, and `features` with the projector. `load` must have been called since the
  /// model's parameters changed.
  /// - Parameters:
  ///   - batch: groups of the images in `inputs`.
  ///   - projector: whether the operations after the logits run.
  ///   - exchange: called once for each batch norm, on every rank.
  public func forward(
    _ batch: ImageBatch, model: ModelState, projector: Bool, exchange: SumExchange
  ) throws {
    let end = usedStages(projector: projector)
    var first = 0
    while first < end {
      let segment = segment(from: first, below: end)
      let normalization = stages[segment.upperBound - 1].normalization
      normalization?.clearSums(of: workers)
      tasks.forward.run(
        batch.groups.count, of: ForwardPass(batch: batch, segment: segment), on: compute.pool)
      try normalization?.exchangeMoments(
        of: batch, workers: workers, model: model, exchange: exchange)
      first = segment.upperBound
    }
  }

  /// One image through the stages of a segment, and its share of the batch statistics.
  func forward(_ pass: ForwardPass, worker: Int, image: Int) {
    for stage in stages[pass.segment] {
      let place = Place(
        runner: self, stage: stage, batch: pass.batch, worker: worker, image: image)
      guard let normalization = stage.normalization else {
        stage.forward(at: place)
        continue
      }
      normalization.addMoments(at: place) { stage.forward(at: place, moments: $0) }
      normalization.drawDropout(at: place)
    }
  }

  /// Stages from `first` to the next whose output has a batch norm.
  private func segment(from first: Int, below end: Int) -> Range<Int> {
    for index in first..<end where stages[index].normalization != nil {
      return first..<(index + 1)
    }
    return first..<end
  }

  /// Forwards any number of images with running statistics, each worker one at a time.
  /// - Parameters:
  ///   - fill: writes image `item` into the plane it is given.
  ///   - use: reads the logits [classes][pixels] of image `item`.
  public func evaluate(
    _ items: Int, model: ModelState,
    fill: (_ item: Int, _ plane: MutableFloats) -> Void,
    use: (_ worker: Int, _ item: Int, _ logits: Floats) -> Void
  ) {
    precondition(mode == .evaluation && capacity >= compute.pool.count)
    for stage in stages { stage.normalization?.setRunningStatistics(model) }
    let pixels = graph.imageSize * graph.imageSize
    let classes = graph.logits?.channels ?? 0
    let batch = ImageBatch(
      groups: [Int](repeating: 0, count: capacity), globalGroupSizes: [], samples: [],
      dropoutKey: .zero, iteration: 0)
    compute.pool.run(items) { worker, item in
      fill(item, inputs.baseAddress + worker * pixels)
      for stage in stages {
        stage.forward(
          at: Place(runner: self, stage: stage, batch: batch, worker: worker, image: worker))
      }
      use(worker, item, Floats(logits.baseAddress + worker * classes * pixels))
    }
  }
}
