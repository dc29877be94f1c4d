/// How long a job may stand still.
public struct StallPolicy: Equatable, Sendable {
  /// When it is said; nil for never.
  public var warning: Duration?
  /// When the job is ended; nil for never.
  public var limit: Duration?
  /// What to do where the job has ended.
  public var remedy: String

  public init(
    warning: Duration? = .seconds(60), limit: Duration? = .seconds(600),
    remedy: String = "start it again"
  ) {
    self.warning = warning
    self.limit = limit
    self.remedy = remedy
  }

  /// After what time without an answer of a host its ranks count as lost: a switch that restarts takes
  /// less, and a process that is only stopped still answers.
  private static let silence = Duration.seconds(30)

  var unreachable: Duration { min(Self.silence, limit ?? Self.silence) }
}
