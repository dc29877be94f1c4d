import Dispatch
import Files
import Glibc
import Synchronization

/// Whether somebody asked the run to stop: Ctrl-C, `SIGTERM` (a scheduler ends the job), `SIGUSR1`,
/// `SIGUSR2` or `SIGXCPU` (a scheduler will end it soon) or `SIGHUP` (the terminal is gone).
///
/// From the making of this object on, signals are requests and end nothing by themselves. While a run
/// loads, they are heard before its first iteration; in training the current iteration is finished and
/// a checkpoint is written; a test and a report that have begun are short and are finished. A second
/// Ctrl-C ends the process at once; schedulers may give notice as often as they like. A `SIGHUP` that the
/// process was started to ignore, as by `nohup`, stays ignored.
package final class StopRequest {
  private let requested: Requested
  private let sources: [any DispatchSourceSignal]

  package init() {
    let requested = Requested()
    let isHeard = DispatchSemaphore(value: 0)
    let heard = Self.signals.filter { $0 != SIGHUP || !OrderlySignals.isIgnored($0) }
    sources = heard.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if requested.isRepeated(by: number) { OwnedFiles.remove { _exit(128 + number) } }
      }
      source.setRegistrationHandler { isHeard.signal() }
      source.resume()
      return source
    }
    // A source hears nothing before the system knows of it, on a busy machine some time after `resume`.
    for _ in sources { isHeard.wait() }
    self.requested = requested
  }

  package var isSet: Bool { requested.isSet }

  /// The signals that are requests.
  package static let signals = [SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU, SIGHUP]

  /// The signals that came, by the time of the first of each.
  private final class Requested: Sendable {
    private let times = Mutex<[Int32: ContinuousClock.Instant]>([:])

    var isSet: Bool { times.withLock { !$0.isEmpty } }

    /// Notes a signal; whether a person insists. Launchers may deliver one request twice.
    func isRepeated(by number: Int32) -> Bool {
      let now = ContinuousClock.now
      return times.withLock { times in
        guard let first = times[number] else {
          times[number] = now
          return false
        }
        return number == SIGINT && now - first >= .milliseconds(500)
      }
    }
  }
}
