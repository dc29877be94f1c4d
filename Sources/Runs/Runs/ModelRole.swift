/// Which of the two models of a checkpoint.
public enum ModelRole: String, CaseIterable, Codable, Sendable {
  case student
  /// The moving average of the student; only in self-training.
  case teacher
}
