internal import CAllocationCounter
internal import Glibc
import Synchronization

/// A thread beside the main one that works until it is stopped.
final class WatchThread: Sendable {
  private let stopping = Atomic<Bool>(false)
  private let isDone = Atomic<Bool>(false)
  private let wakeup: (read: Int32, write: Int32)

  /// - Parameter makeWork: called with the descriptor that can be read once the thread is to stop; what it
  ///   returns is called on the thread, with what says whether it is to stop.
  init(_ makeWork: (_ wakeup: Int32) -> (_ stops: () -> Bool) -> Void) {
    var ends: [Int32] = [-1, -1]
    if pipe(&ends) == 0 {
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }
    wakeup = (ends[0], ends[1])
    let start = Unmanaged.passRetained(Start(work: makeWork(ends[0]), thread: self))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        // What it allocates is no step's.
        switch_dist_enter_library()
        start.work { start.thread.stopping.load(ordering: .acquiring) }
        start.thread.isDone.store(true, ordering: .releasing)
        return nil
      }, start.toOpaque())
    if code == 0 {
      pthread_detach(thread)
    } else {
      start.release()
      isDone.store(true, ordering: .releasing)
    }
  }

  deinit {
    close(wakeup.read)
    close(wakeup.write)
  }

  /// Waits until the thread has stopped, but no longer than a second: what hangs must not keep a job from
  /// its end.
  func stop() {
    stopping.store(true, ordering: .releasing)
    var byte: UInt8 = 0
    write(wakeup.write, &byte, 1)
    for _ in 0..<2000 where !isDone.load(ordering: .acquiring) { usleep(500) }
  }

  private final class Start {
    let work: (() -> Bool) -> Void
    let thread: WatchThread

    init(work: @escaping (() -> Bool) -> Void, thread: WatchThread) {
      self.work = work
      self.thread = thread
    }
  }
}
