import Glibc

/// One process's attempt to become the owner of a lock file.
struct LockClaim {
  let path: String
  /// What the file is to hold.
  let record: [UInt8]

  /// Makes the file, or takes over one whose owner has ended.
  ///
  /// - Returns: what was taken over; nil where there was nothing.
  /// - Throws: `FileError` with `isInUse` and who has it and what to wait for.
  func take() throws(FileError) -> String? {
    for _ in 0..<Self.attempts {
      let draft = try LockDraft(for: path, record)
      if try draft.link(to: path) { return nil }
      guard let found = LockState(path, now: draft.time) else { continue }
      guard let reason = found.endOfOwner else {
        throw FileError(path, found.refusal, isInUse: true)
      }
      if try takeOver(found, with: draft) { return "taking over from \(found.owner): \(reason)" }
      usleep(Self.pause)
    }
    throw FileError(path, "it changes hands all the time; try again", isInUse: true)
  }

  private static let attempts = 100
  /// Microseconds.
  private static let pause: UInt32 = 20_000

  /// Of several that find the same owner gone, only one may put itself in its place, and none may put
  /// itself in the place of that one: looking once more and renaming needs a lock of its own.
  private func takeOver(
    _ found: LockState, with draft: borrowing LockDraft
  ) throws(FileError) -> Bool {
    let turn = LockClaim(path: path + ".takeover", record: record)
    do throws(FileError) {
      _ = try turn.take()
    } catch {
      guard error.isInUse else { throw error }
      return false
    }
    OwnedFiles.add(turn.path)
    defer {
      unlink(turn.path)
      OwnedFiles.drop(turn.path)
    }
    guard LockState(path, now: draft.time) == found else { return false }
    try draft.replace(path)
    return true
  }
}
