internal import Glibc

/// Bounds the time until the ranks have found each other, which the watch over all of them needs first.
public final class BringUpWatch: Sendable {
  private let thread: WatchThread

  /// - Parameters:
  ///   - rank: as the launcher calls it.
  ///   - host: this one.
  ///   - speaks: whether this rank says it; the others only end.
  public init(rank: Int, host: String, speaks: Bool, policy: StallPolicy) {
    thread = WatchThread { wakeup in
      let voice = WatchVoice(rank: rank)
      return { stops in
        var clock = WatchClock()
        var isWarned = false
        while !stops() {
          var polled = pollfd(fd: wakeup, events: Int16(POLLIN), revents: 0)
          poll(&polled, 1, 250)
          clock.advance()
          let waited =
            "\(host) has waited \(clock.now.wholeSeconds) s for MPI and the other ranks to start"
          if let limit = policy.limit, clock.now >= limit, !stops() {
            if speaks {
              voice.say(WatchNotice(text: "\(waited); the job is ended; \(advice)", endsJob: true))
            }
            voice.endJob()
          }
          guard let warning = policy.warning, clock.now >= warning, !isWarned else { continue }
          isWarned = true
          if speaks { voice.say(WatchNotice(text: "\(waited); \(advice)", endsJob: false)) }
        }
      }
    }
  }

  /// The ranks have found each other, or this one ends.
  public func stop() { thread.stop() }
}

private let advice =
  "look whether all processes run and whether the hosts reach each other; if they have several networks, "
  + "choose one: export OMPI_MCA_btl_tcp_if_include=NETWORK, such as 10.1.0.0/16"
