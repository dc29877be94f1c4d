import Jobs
import Testing
import Training

/// Files of the system as other machines have them.
@Suite struct UsableCoresTests {
  /// Four cores with two hyperthreads each: processor k and k + 4.
  private static func cores(
    _ allowed: String, groups: String = "0::/\n", _ files: [String: String] = [:]
  ) -> UsableCores {
    var all = files
    all["/proc/self/status"] =
      "Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t\(allowed)\nMems:\t1\n"
    all["/proc/self/cgroup"] = groups
    for processor in 0..<8 {
      all["/sys/devices/system/cpu/cpu\(processor)/topology/thread_siblings_list"] =
        "\(processor % 4),\(processor % 4 + 4)\n"
    }
    return UsableCores { all[$0] }
  }

  @Test(arguments: [
    ("0-7", 4), ("0-3", 4), ("0,4", 1), ("1-2,5", 2), ("7", 1), ("0-1,3,5-6", 4), ("", 1),
  ])
  func hyperthreadsOfACoreCountOnce(allowed: String, expected: Int) {
    #expect(Self.cores(allowed).physicalCount == expected)
    #expect(Self.cores(allowed).allowed == allowed)
  }

  /// Virtual machines may not tell their topology.
  @Test func withoutTopologyEveryProcessorIsACore() {
    let status = "Cpus_allowed_list:\t0-2,8\n"
    let cores = UsableCores { $0 == "/proc/self/status" ? status : nil }
    #expect(cores.physicalCount == 4)
    #expect(cores.quota == nil)
    #expect(UsableCores { _ in nil }.physicalCount == 1)
  }

  @Test func theQuotaOfACgroup() {
    #expect(Self.cores("0-7").quota == nil)
    #expect(Self.cores("0-7", ["/sys/fs/cgroup/cpu.max": "max 100000\n"]).quota == nil)
    #expect(Self.cores("0-7", ["/sys/fs/cgroup/cpu.max": "150000 100000\n"]).quota == 1.5)
  }

  @Test func theSmallestQuotaOnTheWayUpCounts() {
    let files = [
      "/sys/fs/cgroup/jobs/one/cpu.max": "max 100000\n",
      "/sys/fs/cgroup/jobs/cpu.max": "200000 100000\n",
      "/sys/fs/cgroup/cpu.max": "400000 100000\n",
    ]
    #expect(Self.cores("0-7", groups: "0::/jobs/one\n", files).quota == 2)
  }

  @Test func theQuotaOfTheFirstVersionOfCgroups() {
    let groups = "5:memory:/box\n3:cpu,cpuacct:/box\n0::/\n"
    func quota(_ quota: String, in folder: String) -> Double? {
      Self.cores(
        "0-7", groups: groups,
        ["\(folder)/cpu.cfs_quota_us": quota, "\(folder)/cpu.cfs_period_us": "100000\n"]
      ).quota
    }
    #expect(quota("300000\n", in: "/sys/fs/cgroup/cpu/box") == 3)
    #expect(quota("300000\n", in: "/sys/fs/cgroup/cpu,cpuacct/box") == 3)
    #expect(quota("50000\n", in: "/sys/fs/cgroup/cpu") == 0.5)
    #expect(quota("-1\n", in: "/sys/fs/cgroup/cpu/box") == nil)
  }

  /// What a batch system gave of a machine, whatever a launcher bound the process to.
  @Test(arguments: [
    ("0::/job/step\n", "/sys/fs/cgroup/job/cpuset.cpus.effective", "4-7"),
    ("3:cpuset:/job\n0::/\n", "/sys/fs/cgroup/cpuset/job/cpuset.effective_cpus", "4-7"),
    ("0::/elsewhere\n", "/sys/fs/cgroup/cpuset.cpus.effective", "4-7"),
    ("0::/job\n", "/sys/fs/cgroup/other/cpuset.cpus.effective", "0-7"),
  ])
  func theInnermostGroupSaysWhatIsOffered(groups: String, file: String, expected: String) {
    let files = [
      "/proc/self/cgroup": groups, file: "4-7\n", "/sys/devices/system/cpu/online": "0-7\n",
    ]
    #expect(UsableCores.offered { files[$0] } == expected)
    #expect(UsableCores.offered { _ in nil } == nil)
  }

  @Test func thisMachineHasCores() {
    #expect(UsableCores().physicalCount >= 1)
    #expect(!UsableCores().allowed.isEmpty)
  }
}
