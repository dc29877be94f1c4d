internal import CSignals
internal import Dispatch
import Glibc
import Synchronization

/// Files that are to go with this process, however it ends: temporary files and locks.
///
/// A process that is killed leaves them; the next owner of the lock removes them.
public enum OwnedFiles {
  // Signals are the process's own, and so is what they have to find.
  private static let paths = Mutex<Set<String>>([])

  static func add(_ path: String) {
    paths.withLock { _ = $0.insert(path) }
  }

  static func drop(_ path: String) {
    paths.withLock { _ = $0.remove(path) }
  }

  /// Removes them and ends the process by `end`, before another can be made.
  public static func remove(andEnd end: () -> Never) -> Never {
    paths.withLock { paths in
      for path in paths { unlink(path) }
      end()
    }
  }
}

/// Lets the signals that end a process do so only after its temporary files and locks are gone.
///
/// Signals that the process was started to ignore stay ignored.
public final class OrderlySignals {
  private let sources: [any DispatchSourceSignal]

  /// - Parameter others: signals that somebody else listens to.
  public init(except others: [Int32] = []) {
    let isHeard = DispatchSemaphore(value: 0)
    sources = Self.ending.filter { !others.contains($0) && !Self.isIgnored($0) }.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { OwnedFiles.remove { Self.end(by: number) } }
      source.setRegistrationHandler { isHeard.signal() }
      source.resume()
      return source
    }
    for _ in sources { isHeard.wait() }
  }

  private static let ending = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU]

  /// The process was started to ignore the signal.
  public static func isIgnored(_ number: Int32) -> Bool { switch_dist_was_ignored(number) }

  /// As if nobody had listened.
  private static func end(by number: Int32) -> Never {
    signal(number, SIG_DFL)
    kill(getpid(), number)
    // Some thread of the process is being told; should none take the signal, the code says it.
    sleep(5)
    _exit(128 + number)
  }
}
