/// One thing that was found out about a set-up.
public struct Finding: Codable, Equatable, Sendable {
  public enum Status: String, Codable, CaseIterable, Sendable {
    case ok
    /// A run works, but slower or less safely than it could.
    case warn
    /// A run would fail, or could not go on after an interruption.
    case fail
  }

  /// What was examined, such as `fsync`.
  public var name: String
  public var status: Status
  /// What was found, as one sentence.
  public var text: String
  /// What to do; empty where nothing is to be done.
  public var advice: String
  /// It is true of the whole job, and rank 0 speaks for all; else of the rank that found it.
  public var isOfJob: Bool
  /// Numbers behind the sentence by their names, which end in the unit.
  public var measures: [String: Double]

  init(
    _ status: Status, _ name: String, _ text: String, advice: String = "", isOfJob: Bool = false,
    measures: [String: Double] = [:]
  ) {
    self.name = name
    self.status = status
    self.text = text
    self.advice = advice
    self.isOfJob = isOfJob
    self.measures = measures
  }
}
