import Dispatch
import Glibc
import Synchronization

/// Whether somebody asked the run to stop: Ctrl-C, `SIGTERM` (a scheduler ends the job) or `SIGUSR1`
/// (a scheduler will end it soon). The current iteration is finished and a checkpoint is written.
final class StopRequest {
  private let requested: Requested
  private let sources: [any DispatchSourceSignal]

  private final class Requested: Sendable {
    let signal = Atomic<Int32>(0)
  }

  init() {
    let requested = Requested()
    sources = [SIGINT, SIGTERM, SIGUSR1].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { requested.signal.store(number, ordering: .relaxed) }
      source.resume()
      return source
    }
    self.requested = requested
  }

  deinit {
    for source in sources { source.cancel() }
  }

  var isSet: Bool { requested.signal.load(ordering: .relaxed) != 0 }
}
