import Dispatch

/// A thread beside the main one that tells when a job stands still, and ends it at last.
///
/// The ranks tell rank 0 once a second over connections of their own what they are at: MPI may be what
/// hangs, and says nothing of a rank that does not come. Where nobody gets any further, rank 0 says
/// after `StallPolicy.warning` who keeps the others waiting, and ends the job after the limit. A rank
/// that has lost rank 0 does the same by its own view. A rank whose process is gone is named at once.
public final class RankWatch: Sendable {
  /// With which a rank ends whose job stood still or lost a rank: the job can be resumed.
  public static let exitCode: Int32 = 75

  private let voice: WatchVoice
  private let thread: WatchThread
  private let hasSettled: DispatchSemaphore

  /// Starts the watch of a rank; the process has one.
  ///
  /// - Parameters:
  ///   - hosts: of all ranks, in their order.
  ///   - activity: what the main thread says of itself.
  public init(
    rank: Int, hosts: [String], activity: RankActivity, policy: StallPolicy,
    endpoint: sending WatchEndpoint
  ) {
    let voice = WatchVoice(rank: rank)
    let hasSettled = DispatchSemaphore(value: 0)
    self.voice = voice
    self.hasSettled = hasSettled
    thread = WatchThread { wakeup in
      let loop = WatchLoop(
        rank: rank, hosts: hosts, activity: activity, policy: policy, endpoint: endpoint,
        voice: voice, wakeup: wakeup, settle: { hasSettled.signal() })
      return { stops in loop.run(until: stops) }
    }
  }

  /// Waits until rank 0 is heard, so that no rank begins to work that could not tell who keeps it waiting.
  /// Where rank 0's watch cannot be reached it waits no longer than some seconds, and goes on without.
  public func awaitRankZero() { _ = hasSettled.wait(timeout: .now() + .seconds(5)) }

  /// Lets what is to be said go elsewhere than to standard error.
  public func speak(through say: @escaping @Sendable (WatchNotice) -> Void) {
    voice.speak(through: say)
  }

  /// Takes leave of the other ranks: this one ends in order, or has said itself why not.
  public func stop() { thread.stop() }
}
