/// A failure that every rank knows of, so that all can stop in order and one of them can report it.
public struct SharedFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// What went wrong on `rank`.
  public let message: String
  /// The lowest rank where something did.
  public let rank: Int
  /// Every rank failed, so that naming one of them would mislead.
  public let isCommon: Bool

  public var description: String { isCommon ? message : "rank \(rank): \(message)" }
}
