import ArgumentParser
import Doctor
import Glibc
import Jobs
import MPI
import Settings

/// `switch-dist doctor`: whether a machine or a cluster is set up well.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Examine the set-up of this machine or cluster; also under mpirun and srun.",
    discussion: """
      Examples:
        switch-dist doctor
        mpirun -n 8 switch-dist doctor --run-dir /scratch/runs
        srun --mpi=pmix switch-dist doctor --quick --json

      Looks at launcher, program, libraries, processors, cores and binding, environment, limits, memory, \
      transport, speed of exchanges, clocks, the folder of runs (seen by all ranks, locks, fsync, \
      space) and the known answers of selftest. Each line is OK, WARN (a run works, but slower or less \
      safely than it could) or FAIL (a run would fail, or could not go on after an interruption), with \
      advice. Nothing stays in the folder. Exit codes: 0 no FAIL, 1 a FAIL, or with --strict a WARN, \
      64 a wrong command line.
      """)

  @Option(
    help: ArgumentHelp(
      "A folder that is there, for runs. (default: runs, or else the present folder)",
      valueName: "folder"),
    completion: .directory)
  var runDir: String?

  @Option(help: "Computing threads of each rank. (default: the cores a rank may use)")
  var threads: Int?

  @Flag(help: "Leave out the known answers, which take minutes.")
  var quick = false

  @Flag(help: "Treat WARN as FAIL.")
  var strict = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var stalls: StallFlags

  func run() throws {
    if let threads { try requireThreads(threads) }
    let doctor = DoctorRun(
      folder: runDir ?? DoctorRun.usualFolder, threads: threads, isQuick: quick)
    // A folder of each rank's own is something to be found out.
    let settings = ParallelJob.settings(
      ofArguments: kebabCased(Array(CommandLine.arguments.dropFirst())),
      own: ["--threads", "--run-dir"])
    var isRefused = false
    try Universe.run(stalls: stalls.policy) { world in
      // Where MPI does not connect the ranks, each is alone, and the first says so.
      guard world.size > 1 || Universe.launcherRank == 0 else { return }
      let speaks = world.rank == 0
      let diagnosis = try doctor.run(on: world, settings: settings) { entry in
        if speaks && !json { show(entry.lines) }
      }
      isRefused = diagnosis.refuses(isStrict: strict)
      if speaks { show([json ? try diagnosis.json() : diagnosis.counts]) }
    }
    if isRefused { throw ExitCode.failure }
  }

  private func show(_ lines: [String]) {
    for line in lines { print(line) }
    fflush(nil)
  }
}
