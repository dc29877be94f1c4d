import Imaging
import Network

/// What a step is made of on one rank.
public struct StepInput {
  /// From 0, of the phase.
  public var iteration: Int
  /// In the order of `TrainingStep.wantedSlots`.
  public var samples: [MaskedImage]
  /// [size][size] of 0 and 1.
  public var mask: [Float]

  public init(iteration: Int, samples: [MaskedImage], mask: [Float]) {
    self.iteration = iteration
    self.samples = samples
    self.mask = mask
  }
}

/// The models of a step.
public struct StepModels {
  public var student: ModelState
  /// Nil where the phase has none.
  public var teacher: ModelState?

  public init(student: ModelState, teacher: ModelState?) {
    self.student = student
    self.teacher = teacher
  }
}
