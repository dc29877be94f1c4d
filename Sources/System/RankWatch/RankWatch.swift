internal import CAllocationCounter
internal import Glibc
import Synchronization

/// A thread beside the main one that tells when a job stands still, and ends it at last.
///
/// The ranks tell rank 0 once a second over connections of their own what they are at: MPI may be what
/// hangs, and says nothing of a rank that does not come. Where nobody gets any further, rank 0 says
/// after `StallPolicy.warning` who keeps the others waiting, and ends the job after the limit. A rank
/// that has lost rank 0 does the same by its own view. A rank whose process is gone is named at once.
///
/// The clock stands still while the process does, so that a job that was suspended as a whole and goes
/// on is not taken for one that hangs.
public final class RankWatch: Sendable {
  /// With which a rank ends whose job stood still or lost a rank: the job can be resumed.
  public static let exitCode: Int32 = 75

  private let voice: WatchVoice
  private let stopping = Atomic<Bool>(false)
  private let isDone = Atomic<Bool>(false)
  private let wakeup: (read: Int32, write: Int32)

  /// Starts the watch of a rank; the process has one.
  ///
  /// - Parameters:
  ///   - hosts: of all ranks, in their order.
  ///   - activity: what the main thread says of itself.
  public init(
    rank: Int, hosts: [String], activity: RankActivity, policy: StallPolicy,
    endpoint: sending WatchEndpoint
  ) {
    voice = WatchVoice(rank: rank)
    var ends: [Int32] = [-1, -1]
    if pipe(&ends) == 0 {
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }
    wakeup = (ends[0], ends[1])
    let loop = WatchLoop(
      rank: rank, hosts: hosts, activity: activity, policy: policy, endpoint: endpoint,
      voice: voice, wakeup: ends[0])
    let start = Unmanaged.passRetained(Start(loop: loop, watch: self))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        // What it allocates is no step's.
        switch_dist_enter_library()
        start.loop.run { start.watch.stopping.load(ordering: .acquiring) }
        start.watch.isDone.store(true, ordering: .releasing)
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

  /// Lets what is to be said go elsewhere than to standard error.
  public func speak(through say: @escaping @Sendable (WatchNotice) -> Void) {
    voice.speak(through: say)
  }

  /// Takes leave of the other ranks: this one ends in order, or has said itself why not.
  public func stop() {
    stopping.store(true, ordering: .releasing)
    var byte: UInt8 = 0
    write(wakeup.write, &byte, 1)
    // Bounded: a voice that hangs must not keep a job from its end.
    for _ in 0..<2000 where !isDone.load(ordering: .acquiring) { usleep(500) }
  }

  private final class Start {
    let loop: WatchLoop
    let watch: RankWatch

    init(loop: WatchLoop, watch: RankWatch) {
      self.loop = loop
      self.watch = watch
    }
  }
}
