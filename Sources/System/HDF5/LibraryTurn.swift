import Dispatch
import Glibc
import Synchronization

/// Whose turn it is to call HDF5, which in most builds may be in use by one thread only: a thread has it
/// from opening its first file until its last is closed.
enum LibraryTurn {
  private struct Holder {
    var thread: pthread_t?
    /// Files that it has open.
    var count = 0
  }

  private static let holder = Mutex(Holder())
  private static let isFree = DispatchSemaphore(value: 1)

  /// Waits until no other thread has a file open.
  static func begin() {
    let me = pthread_self()
    let isMine = holder.withLock { holder in
      guard holder.thread == me else { return false }
      holder.count += 1
      return true
    }
    if isMine { return }
    isFree.wait()
    holder.withLock { $0 = Holder(thread: me, count: 1) }
  }

  /// Ends what `begin` began; a file may be closed by another thread than the one that opened it.
  static func end() {
    let isOver = holder.withLock { holder in
      holder.count -= 1
      if holder.count == 0 { holder.thread = nil }
      return holder.count == 0
    }
    if isOver { isFree.signal() }
  }

  /// A call without an open file.
  static func taking<Result>(_ body: () -> Result) -> Result {
    begin()
    defer { end() }
    return body()
  }
}
