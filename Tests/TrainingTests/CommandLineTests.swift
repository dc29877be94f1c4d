import HDF5
import Settings
import TestSupport
import Testing

/// The command line as a process: its flags are an interface that scripts rely on.
@Suite struct CommandLineTests {
  /// Every flag of `switch-dist train`. Changing this list changes what users' scripts may say.
  static let trainFlags = [
    "--batch-size", "--cache-mb", "--checkpoint-every", "--config", "--consistency-weight",
    "--contrastive-weight", "--data-root",
    "--dataset",
    "--divergence-retries", "--dry-run", "--dump-iteration", "--dump-phase", "--eval-every",
    "--exp", "--fold", "--folds", "--foreground", "--fs-size", "--help",
    "--img-size",
    "--in-channels", "--init", "--invert",
    "--labeled-bs", "--labeled-ratio", "--learning-rate", "--method", "--no-randn-strong-augs",
    "--no-randn-weak-augs", "--no-strong-augs", "--no-weak-augs", "--num-classes",
    "--num-coarse-patches", "--num-fine-patches", "--num-strong-augs", "--num-weak-augs",
    "--num-workers", "--on-divergence", "--pre-iters", "--precision", "--quiet",
    "--randn-strong-augs",
    "--randn-weak-augs",
    "--resume", "--resume-if-begun", "--run-dir", "--seed", "--self-iters", "--stall-limit",
    "--stall-warning", "--stop-after", "--strong-augs", "--test",
    "--threads",
    "--version", "--watch-pseudo-labels", "--weak-augs", "--weight-decay", "--window",
  ]

  @Test func theFlagsOfTrainStay() throws {
    let help = try Self.run(["train", "--help"])
    #expect(help.exitCode == 0)
    var flags: Set<String> = []
    for line in help.standardOutput.split(separator: "\n") where line.hasPrefix("  -") {
      for match in line.prefix(60).matches(of: /--[a-z-]+/) { flags.insert(String(match.output)) }
    }
    #expect(flags.sorted() == Self.trainFlags)
  }

  @Test(arguments: [
    "bench", "convert", "diff", "doctor", "export", "inspect", "phantom", "predict", "report",
    "scaling", "test", "train", "watch",
  ])
  func everyCommandHasExamples(command: String) throws {
    let help = try Self.run(["help", command])
    #expect(help.exitCode == 0)
    #expect(help.standardOutput.contains("Examples:"))
    #expect(help.standardOutput.contains("switch-dist \(command)"))
  }

  @Test(arguments: [
    (["--img_size", "100"], "--img-size must be a multiple of 16"),
    (["--img_size=100"], "--img-size must be a multiple of 16"),
    (["train", "--img-size", "100"], "--img-size must be a multiple of 16"),
    (["--num_fine_patches", "-1"], "Missing value for '--num-fine-patches"),
    (["--no_strong_augs", "--no-strong-augs", "--in_channels", "3"], "--in-channels must be 1"),
    (["--batch-size", "24", "--labeled_bs", "8"], "--labeled-bs must be half of --batch-size 24"),
    (["--labeled-bs", "9223372036854775807"], "--labeled-bs must be half"),
    (["--on-divergence", "pray"], "--on-divergence must be stop, rollback, not pray"),
    (["--divergence-retries", "2"], "--divergence-retries needs --on-divergence rollback"),
    (["--method", "magic"], "--method must be switch, bcp, supervised, not magic"),
    (["--checkpoint-every", "0"], "--checkpoint-every must be 1 or more iterations, such as 200"),
    (["--checkpoint-every", "5h"], "The value '5h' is invalid for '--checkpoint-every"),
    (["--resume", "--test"], "--resume goes on training"),
    (["--resume-if-begun", "--test"], "--resume-if-begun goes on training"),
    (["--resume-if-begun", "--resume"], "--resume-if-begun needs none: use one"),
    (["--seed", "-1"], "--seed"),
    (["--learning-rate", "fast"], "The value 'fast' is invalid for '--learning-rate"),
    (["--colour"], "Unknown option '--colour'"),
    (["--exp", "a_b/c"], "not a_b/c"),
    (["somewhere"], "Unexpected argument 'somewhere'"),
  ])
  func badInputIsOneLine(arguments: [String], message: String) throws {
    let outcome = try Self.run(arguments)
    #expect(outcome.exitCode != 0)
    #expect(outcome.standardOutput == "")
    let lines = outcome.standardError.split(separator: "\n")
    #expect(lines.count == 1, "\(outcome.standardError)")
    #expect(outcome.standardError.hasPrefix("error: "), "\(outcome.standardError)")
    #expect(outcome.standardError.contains(message), "\(outcome.standardError)")
  }

  @Test(arguments: [
    (["--frobnicate"], "error: Unknown option '--frobnicate'", 2),
    (["--batch-size", "4"], "error: 3 ranks are more than the 2 pairs of --batch-size 4", 3),
  ])
  func severalRanksSayItOnce(arguments: [String], message: String, ranks: Int) throws {
    let outcome = try ChildProcess.runParallel(
      ranks: ranks, [try ChildProcess.program("switch-dist")] + arguments, timeout: 60)
    #expect(outcome.exitCode != 0)
    #expect(!outcome.timedOut)
    let lines = outcome.output.split(separator: "\n").filter { $0.hasPrefix("error: ") }
    #expect(lines.count == 1, "\(outcome.output)")
    #expect(lines.first?.hasPrefix(message) == true, "\(outcome.output)")
  }

  /// What a report of an error must name; the number alone is in the first line.
  @Test(arguments: [["--version"], ["train", "--version"]])
  func theVersionTellsWhatTheProgramIs(arguments: [String]) throws {
    let outcome = try Self.run(arguments)
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    let lines = outcome.standardOutput.split(separator: "\n").map(String.init)
    try #require(lines.count == 4, "\(outcome.output)")
    #expect(lines[0] == "switch-dist \(toolVersion)")
    #expect(lines[1].contains(/^build +(release|debug), Swift runtime .+, [0-9a-f]{8,16}$/))
    for library in ["HDF5", "OpenBLAS", "OpenSSL", "libpng"] {
      #expect(try lines[2].contains(Regex("\(library) \\d+\\.\\d+")), "\(lines[2])")
    }
    #expect(lines[2].contains(HDF5Library.version))
    #expect(lines[3].contains("AVX2, AVX-512; here "))
  }

  @Test func theVersionIsSaidOnceByAJob() throws {
    let outcome = try ChildProcess.runParallel(
      ranks: 2, [try ChildProcess.program("switch-dist"), "--version"], timeout: 60)
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    #expect(outcome.standardOutput.matches(of: /switch-dist \d/).count == 1, "\(outcome.output)")
  }

  private static func run(_ arguments: [String]) throws -> ChildProcess.Outcome {
    try ChildProcess.run([try ChildProcess.program("switch-dist")] + arguments, timeout: 60)
  }
}
