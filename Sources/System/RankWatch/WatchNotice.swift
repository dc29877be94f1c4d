/// What the watch has to say.
public struct WatchNotice: Sendable {
  public let text: String
  /// Whether the job ends for it.
  public let endsJob: Bool
}
