import Glibc
import TestSupport
import Testing

/// Without `mpirun` a process is a world of one rank.
///
/// Not tried inside the test process: an MPI library that has started sets variables in its
/// environment, which the launchers of the parallel tests would inherit.
@Suite struct MPISingletonTests {
  @Test(arguments: ["collectives", "nonblocking", "groups", "large-counts", "errors"])
  func aProcessAloneIsAWorldOfOne(part: String) throws {
    let outcome = try ChildProcess.run([try ChildProcess.program("mpi-selftest"), part])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    #expect(outcome.standardOutput == "\(part): passed on 1\n")
  }

  /// Open MPI 4 would start a daemon for it that looks for ssh.
  @Test func aProcessAloneNeedsNoOtherProgram() throws {
    let outcome = try ChildProcess.run(
      ["env", "PATH=/nowhere", try ChildProcess.program("mpi-selftest"), "collectives"])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    #expect(outcome.output == "collectives: passed on 1\n")
  }

  /// A job of Slurm whose srun offers no interface, or a batch script without srun: Open MPI 4 would end
  /// the process.
  @Test func aProcessOfSlurmThatNobodyConnectsIsAlone() throws {
    let outcome = try ChildProcess.run(
      [try ChildProcess.program("mpi-selftest"), "collectives"],
      environment: [
        "SLURM_JOB_ID": "17", "SLURM_JOBID": "17", "SLURM_STEPID": "0",
        "SLURM_NODELIST": "localhost",
        "SLURM_TASKS_PER_NODE": "2", "SLURM_PROCID": "0",
      ])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    #expect(outcome.output == "collectives: passed on 1\n")
  }

  @Test func aFailureNamesRankZero() throws {
    let outcome = try ChildProcess.run(
      [try ChildProcess.program("mpi-selftest"), "failing-rank"])
    #expect(outcome.exitCode == EX_SOFTWARE)
    #expect(outcome.standardError.hasPrefix("rank 0: cannot go on\n"), "\(outcome.output)")
  }
}
