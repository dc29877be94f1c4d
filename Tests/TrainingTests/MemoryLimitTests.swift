import Jobs
import Kernels
import Network
import Testing

/// Files of the system as other machines have them.
@Suite struct MemoryLimitTests {
  private static let plenty = ["/proc/meminfo": "MemTotal: 9 kB\nMemAvailable: 4194304 kB\n"]

  private static func limit(_ files: [String: String], sharers: Int = 1) -> MemoryLimit? {
    let all = files.merging(plenty) { own, _ in own }
    return MemoryLimit.tightest(sharers: sharers) { all[$0] }
  }

  @Test func ranksOfAMachineShareIt() {
    #expect(Self.limit([:])?.bytes == 4 << 30)
    #expect(Self.limit([:], sharers: 4) == MemoryLimit(bytes: 1 << 30, name: "the machine"))
    #expect(MemoryLimit.tightest(sharers: 1) { _ in nil } == nil)
  }

  @Test func theSmallestOfAllControlGroupsCounts() {
    let files = [
      "/proc/self/cgroup": "0::/job/step\n", "/sys/fs/cgroup/job/memory.max": "1073741824\n",
      "/sys/fs/cgroup/job/memory.stat": "anon 73741824\nfile 900000000\n",
      "/sys/fs/cgroup/job/step/memory.max": "max\n",
    ]
    #expect(
      Self.limit(files, sharers: 2) == MemoryLimit(bytes: 500_000_000, name: "the control group"))
  }

  @Test func controlGroupsOfTheFirstVersion() {
    let files = [
      "/proc/self/cgroup": "5:memory:/slurm\n3:cpu:/other\n",
      "/sys/fs/cgroup/memory/slurm/memory.limit_in_bytes": "3000000\n",
      "/sys/fs/cgroup/memory/slurm/memory.stat": "cache 7\ntotal_rss 1000000\n",
    ]
    #expect(Self.limit(files)?.bytes == 2_000_000)
  }

  /// What is planned without memory is what is taken.
  @Test(arguments: [NetworkRunner.Mode.training, .batchStatistics, .evaluation], [1, 3])
  func plannedMemoryIsWhatARunnerTakes(mode: NetworkRunner.Mode, capacity: Int) throws {
    for precision in Precision.allCases {
      let compute = try Compute(threads: 2, precision: precision)
      let network = UNet(.init(imageSize: 64))
      let runner = try NetworkRunner(
        compute: compute, network: network, mode: mode, capacity: capacity, groups: 2)
      let planned = try NetworkRunner.plannedBytes(
        compute: compute, network: network, mode: mode, capacity: capacity, groups: 2)
      #expect(planned == runner.reservedBytes)
    }
  }
}
