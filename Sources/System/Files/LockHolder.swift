import Glibc

/// Who has a folder to write to, as a process sees it that only looks.
public enum LockHolder: Equatable, Sendable {
  case nobody
  /// A process that is there, or may be: of another machine or container one cannot tell.
  case process(Owner)
  /// A process that has left its lock behind, and the reason why it is taken to be gone.
  case gone(Owner, reason: String)

  public struct Owner: Equatable, Sendable {
    /// Such as `process 4711 on node3 since 2026-03-01 09:00:00 UTC`.
    public let description: String
    /// The name of its machine; empty where the lock does not say.
    public let host: String
    /// By its own clock, in seconds since 1970.
    public let since: Int?
  }

  /// - Parameter folder: see `LockFile`.
  public init(of folder: String) {
    guard let state = LockState("\(folder)/\(LockFile.name)", now: time(nil)) else {
      self = .nobody
      return
    }
    let owner = Owner(
      description: state.owner, host: state.record?.owner.host ?? "",
      since: state.record.flatMap { LockRecord.time(of: $0.since) })
    self = state.endOfOwner.map { .gone(owner, reason: $0) } ?? .process(owner)
  }
}
