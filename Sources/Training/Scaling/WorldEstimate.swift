import Glibc
import Jobs
import Kernels
import MPI
import Network
import Settings
import Training

/// What a large world takes to begin, and holds in memory, judged by what this process took.
package struct WorldEstimate: Sendable {
  /// What each further rank of the job adds to a process: addresses, connections, the watch. Seconds of a
  /// core and bytes; measured with 1 … 128 ranks on 2 cores (0.32 s became 0.50 s, 84 MiB became 88 MiB).
  private static let secondsPerRank = 1.4e-3
  private static let bytesPerRank = 48 << 10

  /// Seconds of a core that a process needed until all ranks had found each other.
  private let processSeconds: Double
  /// Ranks of the world in which that was measured.
  private let measuredRanks: Int

  /// Of the slowest rank, from the process' start until now. Collective; to be asked first of all.
  package init(on world: Communicator) throws {
    try world.barrier()
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    let own = Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    processSeconds = try world.allReduceMax(own)
    measuredRanks = world.size
  }

  /// Seconds until so many ranks can compute, once the launcher has started them: all processes of a host
  /// share its cores.
  package func bringUpSeconds(ranks: Int, ranksPerHost: Int, cores: Int) -> Double {
    let process =
      processSeconds + Double(ranks - measuredRanks) * Self.secondsPerRank
    return max(0, process) * Double(ranksPerHost) / Double(max(1, cores))
  }

  /// Bytes of a rank among so many.
  package static func bytes(
    _ configuration: RunConfiguration, ranks: Int, compute: Compute, network: UNet
  ) throws -> Int {
    let need = try MemoryNeed(
      configuration: configuration, ranks: ranks, compute: compute, network: network
    ).bytes()
    return need + ranks * bytesPerRank
  }
}
