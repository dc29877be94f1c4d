import Dispatch
import Glibc
import Synchronization

/// Whether somebody asked the run to stop: Ctrl-C, `SIGTERM` (a scheduler ends the job) or `SIGUSR1`
/// (a scheduler will end it soon). The current iteration is finished and a checkpoint is written.
///
/// Signals are requests during the life of this object only. Asked again, the process ends at once.
final class StopRequest {
  private let requested: Requested
  private let sources: [any DispatchSourceSignal]

  init() {
    let requested = Requested()
    sources = Self.signals.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if requested.isRepeated(by: number) { _exit(128 + number) }
      }
      source.resume()
      return source
    }
    self.requested = requested
  }

  deinit {
    for source in sources { source.cancel() }
    for number in Self.signals { signal(number, SIG_DFL) }
  }

  var isSet: Bool { requested.isSet }

  private static let signals = [SIGINT, SIGTERM, SIGUSR1]

  /// The signals that came, by the time of the first of each.
  private final class Requested: Sendable {
    private let times = Mutex<[Int32: ContinuousClock.Instant]>([:])

    var isSet: Bool { times.withLock { !$0.isEmpty } }

    /// Notes a signal; whether it insists. Launchers may deliver one request twice, and a scheduler
    /// gives notice with `SIGUSR1` as often as it likes.
    func isRepeated(by number: Int32) -> Bool {
      let now = ContinuousClock.now
      return times.withLock { times in
        guard let first = times[number] else {
          times[number] = now
          return false
        }
        return number != SIGUSR1 && now - first >= .milliseconds(500)
      }
    }
  }
}
