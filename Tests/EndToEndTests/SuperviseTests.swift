import Foundation
import TestSupport
import Testing

/// `launch/supervise`: what is started again, and what comes of it.
@Suite(.serialized) struct SuperviseTests {
  private static let script = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "launch/supervise").path

  private let workspace: Workspace
  private var folder: TemporaryFolder { workspace.folder }

  init() throws { workspace = try Workspace() }

  private func supervise(
    _ arguments: [String], training: [String], program: String? = nil,
    environment: [String: String?] = [:], whileRunning: ((_ process: Int32) -> Void)? = nil
  ) throws -> ChildProcess.Outcome {
    let own: [String: String?] = [
      "SWITCH_DIST": try program ?? ChildProcess.program("switch-dist")
    ]
    return try ChildProcess.run(
      ["bash", Self.script] + arguments + ["--"] + training,
      environment: ChildProcess.parallelEnvironment.merging(own) { $1 }
        .merging(environment) { $1 },
      directory: folder.path, whileRunning: whileRunning)
  }

  private static let training =
    Workspace.setting + Workspace.schedule
    + ["--dataset", "./set", "--run-dir", "run", "--threads", "1"]

  // MARK: The program itself

  /// Killed after each checkpoint but the last, the run ends as if nobody had disturbed it.
  @Test func killsChangeNothing() throws {
    let outcome = try supervise(
      ["--ranks", "2", "--retries", "3", "--backoff", "0"], training: Self.training
    ) { _ in
      for (file, iteration) in [("pre", 3), ("pre", 6), ("self", 3)] {
        Workspace.await {
          (try? workspace.inspect("run/\(file)_last.h5"))?["iteration"] as? Int ?? 0 >= iteration
        }
        if let process = owner() { kill(process, SIGKILL) }
      }
    }
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    let record = try RunRecord(of: "run", in: workspace)
    let reference = try Reference.record()
    #expect(record.files == reference.files && record.scores == reference.scores)
    let restarts = outcome.standardError.matches(of: /supervise: it was ended by SIGKILL; started/)
    #expect((1...3).contains(restarts.count), "\(outcome.output)")
    let log = try workspace.text("run/log.txt")
    #expect(log.matches(of: /supervise: it was ended by SIGKILL/).count == restarts.count)
    #expect(try folder.partialFiles().isEmpty)
  }

  /// The process that has the run's folder.
  private func owner() -> Int32? {
    guard let text = try? workspace.text("run/switch-dist.lock"),
      let number = text.firstMatch(of: /"process":(\d+)/)?.1
    else { return nil }
    return Int32(number)
  }

  @Test func ctrlCStopsWithACheckpointAndIsTheEnd() throws {
    let outcome = try supervise(
      ["--ranks", "2", "--backoff", "0"],
      training: Self.training + ResumptionTests.longSchedule
    ) { process in
      Workspace.await { workspace.tells("validation", in: "run") }
      kill(process, SIGINT)
    }
    #expect(outcome.exitCode == 3, "\(outcome.output)")
    #expect(try workspace.events("run", "stopped").count == 1)
    #expect(try workspace.events("run", "start").count == 1)
    #expect(try folder.partialFiles().isEmpty)
  }

  @Test func whatWouldBeRefusedAgainIsNotStartedAgain() throws {
    let wrong = try supervise(["--ranks", "1"], training: Self.training + ["--batch-size", "3"])
    #expect(wrong.exitCode != 0 && !wrong.output.contains("supervise:"), "\(wrong.output)")
    try folder.makeFolder("run")
    try folder.write("", to: "run/pre_last.h5")
    let refused = try supervise(["--ranks", "1", "--backoff", "0"], training: Self.training)
    #expect(refused.exitCode == 1, "\(refused.output)")
    #expect(refused.standardError.matches(of: /error: run: a run lies there/).count == 1)
    #expect(refused.output.contains("not started again"), "\(refused.output)")
  }

  /// Flags that train nothing have the program's own answer.
  @Test func helpIsTheProgramsOwn() throws {
    let outcome = try supervise([], training: ["--help"])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    #expect(outcome.output.contains("USAGE: switch-dist train"), "\(outcome.output)")
    #expect(!outcome.output.contains("unbound"))
  }

  // MARK: Codes, with a program and an mpirun that only pretend

  /// Plays sessions that end with these codes; the launches, a line each.
  private func play(
    _ codes: [Int], _ arguments: [String] = ["--ranks", "1"],
    training: [String] = ["--seed", "1"], environment: [String: String?] = [:],
    whileRunning: ((_ process: Int32) -> Void)? = nil
  ) throws -> (outcome: ChildProcess.Outcome, launches: [String]) {
    try folder.makeFolder("bin")
    try folder.write("", to: "launches")
    let scripts = [
      "switch-dist": """
      case "$*" in
        *--show-placement*) printf '%s\\n' run-dir=run cores=4 ranks=2 threads=2 ;;
        inspect*) echo "\\"iteration\\" : $(wc -l <launches)" ;;
      esac
      """,
      "mpirun": """
      trap 'exit 3' USR1
      echo "$*" >>launches
      mkdir -p run; touch run/log.txt; env >environment
      while [[ -e patient ]]; do sleep 0.1; done
      if [[ $1 == --hostfile ]]; then xargs <"$2" >>hosts; fi
      set -- \(codes.map(String.init).joined(separator: " "))
      code="${@:$(wc -l <launches):1}"
      if [[ $code == 0 ]]; then touch run/test_scores.csv; fi
      exit "$code"
      """,
      "srun": """
      if [[ $1 == --mpi=list ]]; then echo "${SRUN_HAS:-pmix}"; exit; fi
      if [[ ! -e deaf ]]; then trap 'exit 3' USR1; fi
      echo "$*" >>launches
      while [[ -e patient ]]; do sleep 0.1; done
      if [[ -e idle ]]; then rm idle; exit 0; fi
      mkdir -p run; touch run/test_scores.csv
      exit \(codes.first ?? 0)
      """,
      "scontrol": "echo \"$*\" >>queue",
      "qsub": "echo \"qsub $* $SWITCH_RESTART\" >>queue",
      "agent": "[[ ! -e $1.down ]] && shift && exec sh -c \"$*\"",
    ]
    for (name, text) in scripts {
      try folder.write("#!/bin/bash\n\(text)\n", to: "bin/\(name)")
      chmod(folder.file("bin/\(name)"), 0o755)
    }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let outcome = try supervise(
      arguments + ["--retries", "2", "--backoff", "0"], training: training,
      program: folder.file("bin/switch-dist"),
      environment: [
        "PATH": "\(folder.file("bin")):\(path)",
        "OMPI_MCA_plm_rsh_agent": folder.file("bin/agent"),
      ].merging(environment) { $1 }, whileRunning: whileRunning)
    return (outcome, try workspace.text("launches").split(separator: "\n").map(String.init))
  }

  @Test(arguments: [
    ([3, 0], 0), ([137, 139, 134, 0], 0), ([75, 0], 0), ([70, 0], 0), ([205, 0], 0),
    ([1], 1), ([64], 64),
    ([2], 2),
  ])
  func codesDecide(codes: [Int], code: Int) throws {
    // Each session leaves a further checkpoint.
    try folder.makeFolder("run")
    try folder.write("", to: "run/pre_last.h5")
    let (outcome, launches) = try play(codes)
    #expect(outcome.exitCode == code, "\(outcome.output)")
    #expect(launches.count == codes.count, "\(outcome.output)")
    #expect(launches.first?.contains("--resume") == false)
    #expect(launches.dropFirst().allSatisfy { $0.hasSuffix("--resume-if-begun") }, "\(launches)")
    #expect(launches.allSatisfy { $0.contains("train --threads 2 --seed 1") })
  }

  @Test func aRunThatGetsNoFurtherIsGivenUp() throws {
    let (outcome, launches) = try play([137, 137, 137, 137])
    #expect(outcome.exitCode == 137 && launches.count == 3, "\(outcome.output)")
    #expect(outcome.output.contains("given up after 2 restarts"), "\(outcome.output)")
  }

  @Test func aMachineThatDoesNotAnswerIsLeftOut() throws {
    try folder.write("a slots=2\nb\n\n# c\nd", to: "machines")
    try folder.write("", to: "b.down")
    let (outcome, launches) = try play([137, 0], ["--hostfile", "machines"])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    #expect(outcome.output.contains("b does not answer and is left out"))
    #expect(try workspace.text("hosts") == "a slots=2 d\na slots=2 d\n")
    #expect(launches.allSatisfy { $0.contains("ppr:1:node:pe=4") })
  }

  /// A notice of Slurm stops the run and puts the job back into the queue, where it goes on.
  /// Also where it came before the program listened, which it ends.
  @Test func aNoticeAtTheStartLosesNoJob() throws {
    try folder.write("", to: "patient")
    try folder.write("", to: "deaf")
    let (outcome, _) = try play(
      [0], ["--slurm"], environment: ["SLURM_JOB_ID": "17"]
    ) { process in
      Workspace.await { (try? workspace.text("launches"))?.isEmpty == false }
      kill(process, SIGUSR1)
    }
    #expect(outcome.exitCode == 138, "\(outcome.output)")
    #expect(try workspace.text("queue") == "requeue 17\n")
  }

  @Test func aJobWhoseTimeIsUpGoesBackIntoTheQueue() throws {
    var slurm: [String: String?] = ["SLURM_JOB_ID": "17", "SLURM_CPUS_PER_TASK": "3"]
    try folder.write("", to: "patient")
    let stopped = try play([0], ["--slurm"], environment: slurm) { process in
      Workspace.await { (try? workspace.text("launches"))?.isEmpty == false }
      kill(process, SIGUSR1)
    }
    #expect(stopped.outcome.exitCode == 3, "\(stopped.outcome.output)")
    #expect(stopped.launches.count == 1 && stopped.launches[0].contains("--cpus-per-task=3 "))
    #expect(stopped.launches[0].hasSuffix("train --threads 3 --seed 1"))
    #expect(try workspace.text("queue") == "requeue 17\n")
    try folder.remove("patient")
    try folder.makeFolder("run")
    try folder.write("", to: "run/log.txt")
    slurm["SLURM_RESTART_COUNT"] = "1"
    let resumed = try play([0], ["--slurm"], environment: slurm)
    #expect(resumed.outcome.exitCode == 0, "\(resumed.outcome.output)")
    #expect(resumed.launches.count == 1 && resumed.launches[0].hasSuffix("--resume-if-begun"))
  }

  @Test(arguments: [
    ("rm -f bin/switch-dist", "b has no program"),
    ("echo >>bin/switch-dist", "b has another build"),
  ])
  func machinesThatDoNotFitAreNamed(change: String, message: String) throws {
    try folder.write("b", to: "machines")
    try folder.write(
      "#!/bin/bash\nshift; [[ $* == *true* ]] || { \(change); }; sh -c \"$*\"\n", to: "changing")
    chmod(folder.file("changing"), 0o755)
    let (outcome, launches) = try play(
      [0], ["--hostfile", "machines"],
      environment: ["OMPI_MCA_plm_rsh_agent": folder.file("changing")])
    #expect(outcome.exitCode == 1 && launches.isEmpty, "\(outcome.output)")
    #expect(outcome.standardError.split(separator: "\n").count == 1, "\(outcome.output)")
    #expect(outcome.standardError.contains("error: \(message)"), "\(outcome.output)")
  }

  /// Where a site chooses nothing, networks that only look like one are left out.
  @Test(arguments: [
    ([], nil, "exclude=lo,docker0,virbr0"),
    (["--network", "10.1.0.0/16"], nil, "include=10.1.0.0/16"),
    ([], "10.2.0.0/16", "include=10.2.0.0/16"),
  ])
  func theNetworkIsChosen(arguments: [String], ofSite: String?, choice: String) throws {
    try folder.write("b\nc", to: "machines")
    try folder.write(ofSite.map { "SWITCH_NETWORK=\($0)\n" } ?? "", to: "site")
    try folder.makeFolder("home")
    let (outcome, _) = try play(
      [0], ["--hostfile", "machines"] + arguments,
      environment: ["SWITCH_SITE": folder.file("site"), "HOME": folder.file("home")])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    let variables = try workspace.text("environment").split(separator: "\n")
    for layer in ["btl_tcp", "oob_tcp"] {
      #expect(variables.contains("OMPI_MCA_\(layer)_if_\(choice)"), "\(variables)")
    }
  }

  /// A launcher that starts nothing may say that all went well.
  @Test func anEndWithoutAResultIsNoEnd() throws {
    try folder.write("", to: "idle")
    let (outcome, launches) = try play([0], ["--slurm"], environment: ["SLURM_JOB_ID": "17"])
    #expect(outcome.exitCode == 0 && launches.count == 2, "\(outcome.output)")
    #expect(outcome.output.contains("it ended without a result; started again"))
  }

  /// The tasks of a job array are runs of their own.
  @Test func aTaskOfAnArrayHasItsOwnFolderAndSeed() throws {
    let slurm: [String: String?] = ["SLURM_JOB_ID": "17", "SLURM_ARRAY_TASK_ID": "3"]
    let task = try play([0], ["--slurm"], training: ["--exp", "busi-%a"], environment: slurm)
    #expect(task.launches[0].hasSuffix("train --threads 1 --exp busi-3 --seed 3"), "\(task)")
    let other = try play(
      [0], ["--slurm"], training: ["--exp", "busi-%a", "--seed", "9"], environment: slurm)
    #expect(other.launches[0].hasSuffix("train --threads 1 --exp busi-3 --seed 9"), "\(other)")
    let shared = try play([0], ["--slurm"], training: ["--exp", "busi"], environment: slurm)
    #expect(shared.outcome.exitCode == 1 && shared.launches.isEmpty, "\(shared)")
    #expect(shared.outcome.standardError.hasPrefix("error: the tasks of a job array need"))
  }

  /// Other commands pass through as they are; `mpirun` starts them where srun cannot.
  @Test func everyCommandWorksThroughSlurm() throws {
    let slurm: [String: String?] = [
      "SLURM_JOB_ID": "17", "SLURM_NTASKS": "2", "SRUN_HAS": "none",
    ]
    for command in ["test", "predict", "bench"] {
      let (outcome, launches) = try play(
        [0], ["--slurm"], training: [command, "--word", "a b"], environment: slurm)
      #expect(outcome.exitCode == 0, "\(outcome.output)")
      #expect(
        launches.count == 1 && launches[0].hasPrefix("-n 2 --map-by slot:pe=1"), "\(launches)")
      #expect(launches[0].contains("\(command) --threads 1 --word a b"), "\(launches)")
    }
  }

  /// The time of a job of PBS ends with a checkpoint, and the next job goes on.
  @Test func aJobOfPBSSubmitsTheNextOne() throws {
    try folder.write("one\none\n", to: "nodes")
    try folder.write("", to: "patient")
    var system: [String: String?] = [
      "PBS_NODEFILE": folder.file("nodes"), "SWITCH_QSUB": "-q short",
    ]
    let stopped = try play([3], ["--pbs", "--time", "10"], environment: system)
    #expect(stopped.outcome.exitCode == 3, "\(stopped.outcome.output)")
    #expect(stopped.launches.count == 1 && stopped.launches[0].contains("-n 2 "))
    #expect(try workspace.text("queue").hasPrefix("qsub -V -q short "))
    #expect(try workspace.text("queue").hasSuffix("/cluster/switch-dist.pbs 1\n"))
    system["SWITCH_RESTART"] = "1"
    try folder.remove("patient")
    let resumed = try play([0], ["--pbs"], environment: system)
    #expect(resumed.launches.count == 1 && resumed.launches[0].hasSuffix("--resume-if-begun"))
  }

  @Test(arguments: [
    ["--ranks", "0"], ["--ranks"], ["--retries", "x"], ["--hostfile", "nothing"], ["--seed", "1"],
    ["--slurm"],
  ])
  func wrongOptionsAreRefused(arguments: [String]) throws {
    let outcome = try supervise(arguments, training: [], environment: ["SLURM_JOB_ID": nil])
    #expect(outcome.exitCode == 1, "\(outcome.output)")
    #expect(outcome.standardError.split(separator: "\n").count == 1, "\(outcome.output)")
    #expect(outcome.standardError.hasPrefix("error: "))
  }
}
