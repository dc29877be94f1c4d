import Kernels
import VectorInterface

extension NetworkRunner {
  /// What a run of the threads forward is about.
  struct ForwardPass {
    let batch: ImageBatch
    /// Stages that each image goes through.
    let segment: Range<Int>
  }

  /// A forward pass under way.
  public struct ForwardProgress {
    let batch: ImageBatch
    let model: ModelState
    /// Stages that it goes through.
    let end: Int
    /// The stages last gone through; the sums of their batch norm may still be on their way.
    var segment = 0..<0
    public internal(set) var isDone = false
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
    _ batch: ImageBatch, model: ModelState, projector: Bool, exchange: any SumExchange
  ) throws {
    var pass = beginForward(batch, model: model, projector: projector)
    while !pass.isDone { try advance(&pass, exchange: exchange) }
  }

  /// The same pass in pieces, for a caller that has other work while the sums of a batch norm are on
  /// their way.
  public func beginForward(
    _ batch: ImageBatch, model: ModelState, projector: Bool
  ) -> ForwardProgress {
    ForwardProgress(batch: batch, model: model, end: usedStages(projector: projector))
  }

  /// Waits for the sums of the last piece, goes through the stages up to the next batch norm, and
  /// starts its sums; the last piece has none. Nothing where the pass is done.
  public func advance(_ pass: inout ForwardProgress, exchange: any SumExchange) throws {
    guard !pass.isDone else { return }
    if let last = normalization(after: pass.segment) {
      try exchange.finishSum(of: self)
      last.setStatistics(of: pass.batch, workers: workers, model: pass.model)
    }
    pass.segment = segment(from: pass.segment.upperBound, below: pass.end)
    let next = normalization(after: pass.segment)
    next?.clearSums(of: workers)
    tasks.forward.run(
      pass.batch.groups.count, of: ForwardPass(batch: pass.batch, segment: pass.segment),
      on: compute.pool)
    if let next {
      try exchange.startSum(next.collectSums(of: workers, pass.batch), of: self)
    } else {
      pass.isDone = true
    }
  }

  private func normalization(after segment: Range<Int>) -> PlannedNormalization? {
    segment.isEmpty ? nil : stages[segment.upperBound - 1].normalization
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
