import Foundation
import TestSupport
import Testing

/// The scripts in `cluster/` under a real Slurm: whatever happens to a job, its run ends with the bits of an
/// undisturbed one.
@Suite(.serialized, .enabled(if: FaultRounds.isLong && ThrowAwaySlurm.isPossible))
struct SlurmTests {
  private static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private let workspace: Workspace
  private let slurm: ThrowAwaySlurm

  init() throws {
    workspace = try Workspace()
    slurm = try ThrowAwaySlurm()
  }

  /// Submits a training by `cluster/submit`; the job's number.
  private func submit(
    _ options: [String], _ flags: [String], environment: [String: String?] = [:]
  ) throws -> String {
    let own: [String: String?] = [
      "SWITCH_DIST": try ChildProcess.program("switch-dist"), "SWITCH_SITE": nil,
    ]
    let outcome = try ChildProcess.run(
      [Self.repository.appending(path: "cluster/submit").path] + options + ["--"] + flags,
      environment: ChildProcess.parallelEnvironment.merging(slurm.environment) { $1 }
        .merging(own) { $1 }.merging(environment) { $1 },
      directory: workspace.folder.path)
    guard let number = outcome.standardOutput.firstMatch(of: /batch job (\d+)/)?.1 else {
      throw UnexpectedOutput(text: outcome.output)
    }
    return String(number)
  }

  /// As `Workspace.train` writes them.
  private static let training =
    Workspace.setting + Workspace.schedule + ["--dataset", "./set"]

  private func output(of job: String) -> String {
    (try? workspace.text("switch-dist-\(job).out")) ?? ""
  }

  /// Waits for a checkpoint or a validation of a run.
  private func awaitProgress(of run: String) {
    Workspace.await { workspace.tells("validation", in: run) }
  }

  // MARK: Tests

  /// Two tasks, on one node and on two, and without srun.
  @Test(
    arguments: [
      (["--ntasks-per-node=2"], nil), (["--nodes=2", "--ntasks-per-node=1"], nil),
      (["--ntasks-per-node=2"], "mpirun"),
    ] as [([String], String?)])
  func aJobHasTheResultOfOneProcess(options: [String], launcher: String?) throws {
    let job = try submit(
      options, Self.training + ["--run-dir", "run"], environment: ["SWITCH_MPI": launcher])
    let facts = slurm.end(of: job)
    #expect(facts["JobState"] == "COMPLETED", "\(facts)\n\(output(of: job))")
    #expect(try RunRecord(of: "run", in: workspace) == Reference.record())
  }

  /// The limit is a minute; its notice comes half a minute before it, or earlier.
  @Test func aRunOutlivesItsTimeLimit() throws {
    let schedule = ["--pre-iters", "200", "--self-iters", "60", "--eval-every", "50"]
    let reference = try workspace.train("reference", ranks: 2, schedule)
    try #require(reference.exitCode == 0, "\(reference.output)")
    let job = try submit(
      ["--ntasks-per-node=2", "--time=1", "--signal=B:USR1@30"],
      Self.training + schedule + ["--run-dir", "run"])
    // As often as this, also where the machine is too fast for the limit to come.
    for session in 1...5 {
      Workspace.await {
        (try? workspace.text("run/log.txt"))?.matches(of: /pre-training: 200|resuming/).count ?? 0
          >= session
      }
      Thread.sleep(forTimeInterval: 1)
      // The limit's own notice may have come meanwhile.
      _ = try? slurm.run("scancel", "--batch", "--signal=USR1", job)
      Workspace.await {
        slurm.startNow(job)
        return output(of: job).matches(of: /back into the queue/).count >= session
          && slurm.job(job)["JobState"] == "RUNNING"
      }
    }
    let facts = slurm.end(of: job, within: 600)
    #expect(facts["JobState"] == "COMPLETED", "\(facts)\n\(output(of: job))")
    #expect(Int(facts["Restarts"] ?? "") ?? 0 >= 5, "\(facts)")
    let records = try ["run", "reference"].map { try RunRecord(of: $0, in: workspace) }
    #expect(records[0].files == records[1].files && records[0].scores == records[1].scores)
  }

  /// Seeds 1 to 3, each in its own folder.
  @Test func anArrayIsARunForEachSeed() throws {
    let job = try submit(
      ["--array=1-3", "--ntasks-per-node=1"],
      Self.training + ["--run-dir", "run-%a", "--seed", "%a"])
    for seed in 1...3 {
      let facts = slurm.end(of: "\(job)_\(seed)")
      #expect(facts["JobState"] == "COMPLETED", "\(facts)")
      let alone = try workspace.train("alone-\(seed)", ["--seed", "\(seed)"])
      try #require(alone.exitCode == 0, "\(alone.output)")
      let digests = try ["run", "alone"].map {
        try workspace.inspect("\($0)-\(seed)/self_last.h5")["digest"] as? String
      }
      #expect(digests[0] != nil && digests[0] == digests[1])
    }
  }

  /// The name of the run is only in the file.
  @Test func aRequeuedJobGoesOnWithTheRunOfItsFile() throws {
    try workspace.folder.write("run-dir: run\n", to: "run.yaml")
    let job = try submit(
      ["--ntasks-per-node=2"],
      ["train", "--config", "run.yaml"] + Self.training)
    awaitProgress(of: "run")
    try slurm.run("scontrol", "requeue", job)
    let facts = slurm.end(of: job)
    #expect(facts["JobState"] == "COMPLETED" && facts["Restarts"] == "1", "\(facts)")
    let record = try RunRecord(of: "run", in: workspace)
    let reference = try Reference.record()
    #expect(record.files == reference.files && record.scores == reference.scores)
  }

  /// Asked to end, a job leaves a checkpoint to go on from.
  @Test func aCancelledJobLeavesACheckpoint() throws {
    let job = try submit(
      ["--ntasks-per-node=2"],
      Self.training + ResumptionTests.longSchedule + ["--run-dir", "run"])
    awaitProgress(of: "run")
    try slurm.run("scancel", job)
    let facts = slurm.end(of: job)
    #expect(facts["JobState"] == "CANCELLED", "\(facts)")
    #expect(try workspace.events("run", "stopped").count == 1, "\(output(of: job))")
    #expect(try workspace.folder.partialFiles().isEmpty)
  }

  /// The other commands, with the words as they are.
  @Test func everyCommandWorks() throws {
    let run = try workspace.train("run")
    try #require(run.exitCode == 0, "\(run.output)")
    for command in [
      ["test", "--run", "run", "--output", "scores"],
      [
        "predict", "--weights", "run/self_best.h5", "--input", "set/images", "--output", "my masks",
      ],
      ["bench", "--phase", "pre", "--steps", "1", "--image-size", "64", "--batch-size", "4"],
    ] {
      let job = try submit(["--ntasks-per-node=2"], command)
      let facts = slurm.end(of: job)
      #expect(facts["JobState"] == "COMPLETED", "\(command)\n\(output(of: job))")
    }
    #expect(workspace.folder.exists("my masks"))
  }

  /// The tasks of an array are workers on one study; one that gets notice goes back into the queue and on.
  @Test func aStudyIsSharedOutOverAnArray() throws {
    let plan = """
      options: {dataset: ./set, img-size: 64, labeled-ratio: 0.5, batch-size: 4, pre-iters: 60,
        self-iters: 20, eval-every: 20}
      grid: {method: [bcp, supervised]}
      seeds: [1, 2]
      """
    try workspace.folder.write(plan, to: "plan.yaml")
    let alone = try workspace.run(["study", "plan.yaml", "--output", "alone", "--threads", "1"])
    try #require(alone.exitCode == 0, "\(alone.output)")
    let script = Self.repository.appending(path: "cluster/switch-dist-study.slurm").path
    let submitted = try ChildProcess.run(
      [
        "sbatch", "--array=1-2", "--cpus-per-task=1", "--mem-per-cpu=500M", script, "plan.yaml",
        "--output", "study",
      ],
      environment: ChildProcess.parallelEnvironment.merging(slurm.environment) { $1 }
        .merging([
          "SWITCH_DIST": try ChildProcess.program("switch-dist"), "SWITCH_SITE": nil,
          "SWITCH_DIST_HOME": Self.repository.path,
        ]) { $1 },
      directory: workspace.folder.path)
    let job = try #require(submitted.standardOutput.firstMatch(of: /batch job (\d+)/)?.1)
    func log(_ task: Int) -> String {
      (try? workspace.text("switch-dist-study-\(job)_\(task).out")) ?? ""
    }
    Workspace.await { log(1).contains("beginning") }
    _ = try? slurm.run("scancel", "--batch", "--signal=USR1", "\(job)_1")
    Workspace.await { log(1).contains("back into the queue") || log(1).contains("all 4 runs") }
    for task in 1...2 {
      let facts = slurm.end(of: "\(job)_\(task)")
      #expect(facts["JobState"] == "COMPLETED", "\(facts)\n\(log(task))")
    }
    for name in ["method=bcp,seed=1", "method=supervised,seed=1", "method=bcp,seed=2"] {
      let scores = try ["alone", "study"].map {
        try workspace.folder.read("\($0)/runs/\(name)/test_scores.csv")
      }
      #expect(scores[0] == scores[1], "\(name)")
    }
    let tables = try ["alone", "study"].map { try workspace.folder.read("\($0)/table.csv") }
    #expect(tables[0] == tables[1])
    #expect(log(1).contains("beginning") && log(2).contains("beginning"), "\(log(1))\n\(log(2))")
  }
}
