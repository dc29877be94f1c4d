import Files
import Jobs
import Processes
import Settings
import Studies

/// The command lines of the runs of a study: this program again, as one process or under mpirun.
struct StudyCommandLine {
  private let study: Study
  private let options: WorkerOptions
  private let program: String
  /// Absolute; nil where runs are one process.
  private let launcher: String?
  /// Without what a launcher of this process has left there: children are no ranks of its job.
  private let environment = ChildProgram.environment { name in
    launcherVariables.contains { name.hasPrefix($0) }
  }
  /// Cores for each rank where neither the options nor the plan give another number.
  private let share: Int

  private static let launcherVariables = [
    "OMPI_COMM_WORLD_", "OMPI_UNIVERSE_SIZE", "PMIX_", "PMI_", "SLURM_PROCID", "SLURM_LOCALID",
    "SLURM_STEP_", "SLURM_TASK_PID",
  ]

  /// - Throws: `FileError` where there is no mpirun and the options ask for ranks.
  init(_ study: Study, _ options: WorkerOptions) throws(FileError) {
    self.study = study
    self.options = options
    program = try ChildProgram.ownPath()
    launcher = ChildProgram.find("mpirun")
    share = max(1, UsableCores().count / (options.jobs * (options.ranks ?? 1)))
    guard options.ranks == nil || launcher != nil else {
      throw FileError("mpirun", "is not on the PATH, and --ranks needs it; load Open MPI's module")
    }
  }

  /// Computing threads of each rank of a run.
  func threads(of point: StudyPoint) -> Int {
    options.threads ?? point.configuration.execution.threadCount ?? share
  }

  /// The same of some runs, for messages.
  func threads(of points: [StudyPoint]) -> String {
    let counts = points.map { threads(of: $0) }
    guard let least = counts.min(), let most = counts.max(), most > 1 else { return "1 thread" }
    return least == most ? "\(most) threads" : "\(least) … \(most) threads"
  }

  /// Begins a run or goes on with it.
  func start(_ point: StudyPoint) throws(FileError) -> ChildProgram {
    let more = ["--run-dir", study.folder.run(point).path, "--resume-if-begun", "--quiet"]
    return try start(point, more, output: study.folder.log(point))
  }

  /// Asks what a run costs.
  func startEstimate(
    of point: StudyPoint, options: String, output: String
  ) throws(FileError) -> ChildProgram {
    try start(point, ["--dry-run", "--show-cost"], options: options, output: output)
  }

  private func start(
    _ point: StudyPoint, _ more: [String], options file: String? = nil, output: String
  ) throws(FileError) -> ChildProgram {
    var words = ["train", "--config", file ?? study.folder.options(point)] + more
    words += ["--threads", "\(threads(of: point))"]
    guard let ranks = options.ranks, let launcher else {
      return try ChildProgram(
        program, words, environment: environment, output: output, farewell: Self.request)
    }
    // Runs side by side would be bound to the same cores.
    let mpirun = ["--oversubscribe", "--bind-to", "none", "-n", "\(ranks)", program]
    return try ChildProgram(
      launcher, mpirun + words, environment: environment, output: output, farewell: Self.request)
  }
}
