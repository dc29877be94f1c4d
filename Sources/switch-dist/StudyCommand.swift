import ArgumentParser
import Files
import Report
import Settings
import Studies
import StudyQueue
import Telemetry

/// `switch-dist study`: many runs from one plan.
struct StudyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study",
    abstract: "Run a plan of many trainings: methods, label ratios, seeds, any options.",
    discussion: """
      Examples:
        switch-dist study busi.yaml --dry-run
        switch-dist study busi.yaml --jobs 2
        switch-dist study studies/busi --ranks 4

      A plan:
        options:                        # of all runs, by the names of train
          dataset: BUSI
        variants:                       # sets of options with a name
          switch: {method: switch}
          bcp: {method: bcp}
          supervised: {method: supervised, strong-augs: true, weak-augs: true}
        grid:                           # all combinations
          labeled-ratio: [0.05, 0.1]
        seeds: [1, 2, 3]
        compare:                        # for the table; or pairs: [[switch, bcp]]
          baseline: supervised

      Every run has a folder in the study's folder. Start the same command as often as you like, at the \
      same time, on all machines that see the folder: each takes the next run that nobody has. Ctrl-C, \
      SIGTERM and SIGUSR1 stop with checkpoints; the same command goes on. A run that fails is written \
      down and stops no other. More values and seeds may be added to the plan later.

      Exit codes: 0 all done, or with --no-wait nothing left to take; 1 some failed, or an error; 3 \
      stopped before the end; 64 wrong usage.
      """)

  @Argument(
    help: ArgumentHelp(
      "A plan, or the folder of a study that was begun.", valueName: "plan"),
    completion: .file(extensions: ["yaml", "yml"]))
  var path: String

  @Option(
    help: ArgumentHelp(
      "Folder of the study. (default: studies/ and the plan's name)", valueName: "folder"),
    completion: .directory)
  var output: String?

  @Option(help: ArgumentHelp("Runs at a time.", valueName: "count"))
  var jobs = WorkerOptions().jobs

  @Option(
    help: ArgumentHelp(
      "Ranks of each run, under mpirun. (default: one process)", valueName: "count"))
  var ranks: Int?

  @Option(
    help: ArgumentHelp(
      "Computing threads of each rank. (default: the cores of this machine shared out)",
      valueName: "count"))
  var threads: Int?

  @Flag(help: "List the runs with hours, memory and disk, each kind timed once; run nothing.")
  var dryRun = false

  @Flag(help: "Begin again the runs that failed.")
  var retryFailed = false

  @Flag(
    inversion: .prefixedNo,
    help: "Wait for the runs that others have, in case they leave them.")
  var wait = true

  func run() throws {
    try requireOneProcess("study")
    try requireCounts()
    let plan = FileSystem.isFolder(path) ? StudyFolder(path).plan : path
    let folder = StudyFolder(try folderPath())
    var options = WorkerOptions()
    options.jobs = jobs
    options.ranks = ranks
    options.threads = threads
    options.waits = wait
    options.retriesFailed = retryFailed
    let console = Console()
    if dryRun { return try estimate(plan, folder, options, console) }
    let study = try Study.open(plan: plan, in: folder)
    switch try StudyWorker(study, options, console: console).run() {
    case .done:
      console.write(line: "all \(study.points.count) runs are done")
      try report(on: study)
    case .leftToOthers(let count):
      console.write(line: "nothing left to take: others have \(count) runs")
    case .failed(let count):
      try report(on: study)
      console.write(
        line: "\(count) of \(study.points.count) runs failed; mend what is wrong and give "
          + "--retry-failed")
      throw ExitCode.failure
    }
  }

  /// Prints the table, and writes it and the page into the folder.
  private func report(on study: Study) throws {
    let (report, page) = try StudyReport.write(study)
    print(report.text, page, separator: "\n")
  }

  private func estimate(
    _ plan: String, _ folder: StudyFolder, _ options: WorkerOptions, _ console: Console
  ) throws {
    let study = try Study.planned(by: plan, in: folder)
    let estimate = try StudyEstimate(study, options, console: console)
    print(estimate.text)
    if estimate.isIncomplete { throw ExitCode.failure }
  }

  private func requireCounts() throws(ConfigurationError) {
    for (name, count) in [("jobs", jobs), ("ranks", ranks ?? 1), ("threads", threads ?? 1)]
    where !(1...1024).contains(count) {
      throw ConfigurationError("--\(name) must be in 1 … 1024, not \(count)")
    }
  }

  private func folderPath() throws(ConfigurationError) -> String {
    guard FileSystem.isFolder(path) else {
      let stem = [".yaml", ".yml"].reduce(path) { FileSystem.stem($0, without: $1) }
      return output ?? "studies/\(stem)"
    }
    guard output == nil else {
      throw ConfigurationError("--output names a folder, and \(path) is one already: use one")
    }
    return path
  }
}
