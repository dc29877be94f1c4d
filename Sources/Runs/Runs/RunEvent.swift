/// An event of a run's `metrics.jsonl`.
public enum RunEvent: String, Sendable {
  /// A session begins: what it runs on.
  case start
  /// Losses, each tenth iteration.
  case iteration
  /// An evaluation on the validation images.
  case validation
  /// How good pseudo-labels are, with an evaluation, where that is asked for.
  case pseudoLabels = "pseudo_labels"
  /// A step made numbers that cannot be summed.
  case divergence
  /// A phase came to its end.
  case phase
  /// The session was asked to stop and did.
  case stopped
  /// The session failed in order, on all ranks.
  case failed
  /// What a rank did in the session.
  case forwarded
  /// A checkpoint of a finished run.
  case checkpoint
  /// The test at the end.
  case test
}

/// Fields of events that more than one place names; a loss has the name that `StepLosses` gives it.
public enum RunField {
  public static let event = "event"
  /// Seconds since 1970.
  public static let time = "time"
  /// `Phase.name`.
  public static let phase = "phase"
  /// Of an event `failed`: what the run said.
  public static let message = "message"
  /// Of its phase, from 1.
  public static let iteration = "iteration"
  /// Of an event `divergence`: the iteration from which the run goes on; null where it stops.
  public static let backTo = "back_to"
  public static let rollbacks = "rollbacks"
  public static let learningRate = "learning_rate"
  public static let imagesPerSecond = "images_per_second"
  /// Mean validation Dice, 0 … 1.
  public static let dice = "dice"
  /// Mean Dice of the pseudo-labels of an iteration's batch against the truth, 0 … 1.
  public static let pseudoLabelDice = "pseudo_label_dice"
  /// Of an event `pseudo_labels`: mean Dice of the masks of teacher and student against the truth, 0 … 1.
  public static let teacherDice = "teacher_dice"
  public static let studentDice = "student_dice"
  /// The same of the student's masks against the teacher's.
  public static let agreement = "agreement"
  /// Mean validation Dice of the teacher.
  public static let teacherValidationDice = "teacher_validation_dice"
  public static let ranks = "ranks"
  public static let threads = "threads"
  public static let vectorUnit = "vector_unit"
  public static let arithmeticVersion = "arithmetic_version"
  public static let toolVersion = "tool_version"
  public static let libraries = "libraries"
  /// Name of the data set.
  public static let data = "data"
  public static let sourceDigest = "source_digest"
  public static let contentDigest = "content_digest"
  public static let trainingImages = "train"
  public static let labeledImages = "labeled"
  public static let validationImages = "validation"
  public static let testImages = "test"
  /// Of an event `test`.
  public static let images = "images"
  /// Arrays of threshold, false positive rate, sensitivity and precision, as `PixelwiseCurve` has its points.
  public static let curve = "curve"
  public static let peakResidentMebibytes = "peak_rss_mib"
  /// The file that was tested.
  public static let weights = "weights"
  /// File name of a checkpoint.
  public static let file = "file"
  public static let digest = "digest"
}
