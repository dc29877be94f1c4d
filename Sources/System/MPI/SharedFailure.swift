/// A failure that every rank knows of, so that all can stop in order and one of them can report it.
public struct SharedFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// What went wrong on `rank`.
  public let message: String
  /// The lowest rank where something did.
  public let rank: Int
  /// Every rank failed, so that naming one of them would mislead.
  public let isCommon: Bool
  /// The same may succeed later, without anybody's doing.
  public let isTemporary: Bool

  /// - Parameters:
  ///   - isCommon: whether every rank knows the same and throws this.
  ///   - isTemporary: whether it is worth trying again.
  public init(
    message: String, rank: Int = 0, isCommon: Bool = true, isTemporary: Bool = false
  ) {
    self.message = message
    self.rank = rank
    self.isCommon = isCommon
    self.isTemporary = isTemporary
  }

  /// Rank 0, which alone writes and reads the run's files, speaks for the job.
  public var description: String { isCommon || rank == 0 ? message : "rank \(rank): \(message)" }
}
