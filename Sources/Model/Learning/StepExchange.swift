import Network

/// What one rank's step needs of the others: integers summed over all ranks, and the teacher.
public protocol StepExchange: SumExchange {
  /// Returns once the teacher's parameters have arrived; they may be on their way until then.
  func awaitTeacher() throws

  /// Hears that the step holds the losses' own gradients of the logits, to which the projector's pass
  /// back will add.
  func lossGradientsReady()

  /// Hears between the layers of the backward pass of each range of `NetworkRunner.gradients` that is
  /// complete, from the last to the first, the same on every rank; the ranges cover all of them.
  func gradientsReady(_ range: Range<Int>) throws
}

extension StepExchange {
  public func lossGradientsReady() {}
}
