import Glibc
import Synchronization

/// A lock file that this process has made, as long as it is this process's.
final class LockHold: Sendable {
  let path: String
  private let record: [UInt8]
  private let state = Mutex((isReleased: false, loss: String?.none))

  init(path: String, record: [UInt8]) {
    self.path = path
    self.record = record
    OwnedFiles.add(path)
  }

  /// See `LockFile.findLoss`.
  func findLoss() -> String? {
    state.withLock { state in
      guard !state.isReleased, state.loss == nil, isOwn == false else { return state.loss }
      // Whoever has it now is to keep it.
      OwnedFiles.drop(path)
      state.loss = "\(path): another process has taken this lock, or somebody has removed it"
      return state.loss
    }
  }

  /// Removes the file, once.
  func release() {
    state.withLock { state in
      guard !state.isReleased else { return }
      state.isReleased = true
      if state.loss == nil, isOwn == true { unlink(path) }
      OwnedFiles.drop(path)
    }
  }

  /// Touches the file, for those who cannot ask for the process.
  func showLife() {
    guard findLoss() == nil else { return }
    state.withLock { state in
      if !state.isReleased { utimensat(AT_FDCWD, path, nil, 0) }
    }
  }

  /// Nil where the file system does not answer.
  private var isOwn: Bool? {
    do {
      return try FileSystem.read(path, limit: 1 << 16) == record
    } catch {
      return FileSystem.isAbsent(path) ? false : nil
    }
  }
}
