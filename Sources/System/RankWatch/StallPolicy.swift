/// How long a job may stand still.
public struct StallPolicy: Equatable, Sendable {
  /// When it is said; nil for never.
  public var warning: Duration?
  /// When the job is ended; nil for never.
  public var limit: Duration?

  public init(warning: Duration? = .seconds(60), limit: Duration? = .seconds(600)) {
    self.warning = warning
    self.limit = limit
  }

  /// After what time without an answer of a host its ranks count as lost: a switch that restarts takes
  /// less, and a process that is only stopped still answers.
  private static let silence = Duration.seconds(30)

  var unreachable: Duration { min(Self.silence, limit ?? Self.silence) }
}
