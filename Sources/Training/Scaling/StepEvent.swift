/// What a training step asks of the other ranks, in the order in which every rank does.
package enum StepEvent: Equatable, Sendable {
  /// A network whose batch statistics are summed while the other computes.
  package enum Stream: Sendable { case student, teacher }

  case start(Stream, bytes: Int)
  case finish(Stream)
  /// A sum that is waited for at once.
  case sum(bytes: Int)
  /// Gradients that are complete, a range of all.
  case gradients(Range<Int>)
  case awaitGradients
  /// The teacher leaves rank 0, after the update.
  case broadcast(bytes: Int)
  case awaitTeacher
  case endOfStep
}
