import Foundation
import TestSupport
import Testing

/// `--config`, `--dry-run`, and what a run tells people while it goes on.
@Suite(.serialized) struct ConfigurationFileTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func text(_ file: String) throws -> String {
    String(decoding: try workspace.folder.read(file), as: UTF8.self)
  }

  /// A run writes its options; they give the same run again, and the command line wins over them.
  @Test func theOptionsOfARunGiveItAgain() throws {
    let first = try workspace.train(
      "first", ["--no-weak-augs", "--num-fine-patches", "1", "--learning-rate", "0.02"])
    try #require(first.exitCode == 0, "\(first.output)")
    let again = try workspace.run(["--config", "first/configuration.yaml", "--run-dir", "again"])
    try #require(again.exitCode == 0, "\(again.output)")
    #expect(try text("again/configuration.json") == text("first/configuration.json"))
    #expect(try text("again/configuration.yaml") == text("first/configuration.yaml"))
    #expect(
      try RunRecord(of: "again", in: workspace) == RunRecord(of: "first", in: workspace))

    let other = try workspace.run([
      "train", "--dry-run", "--config=first/configuration.yaml", "--seed=9", "--weak-augs",
      "--batch-size", "8", "--run-dir", "other",
    ])
    #expect(other.exitCode == 0, "\(other.output)")
    #expect(other.standardOutput.contains("\nseed: 9\n"))
    #expect(other.standardOutput.contains("\nbatch-size: 8\nlabeled-bs: 4\n"))
    #expect(other.standardOutput.contains("\nweak-augs: true\n"))
    #expect(other.standardOutput.contains("\nlearning-rate: 0.02\n"))
  }

  /// No option that decides a result is missing from the file.
  @Test func everyOptionOfTheResultIsThere() throws {
    let folds = try workspace.run(["split", "./set", "--folds", "3", "--output", "folds.csv"])
    try #require(folds.exitCode == 0, "\(folds.output)")
    // Those without a default stand there where they are given.
    let outcome = try workspace.train(
      "run",
      [
        "--dry-run", "--foreground", "255", "--window", "full", "--folds", "folds.csv", "--fold",
        "1",
      ])
    let written = Set(
      outcome.standardOutput.split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
        "--" + $0.prefix { $0 != ":" }
      })
    let ofExecution: Set = [
      "--cache-mb", "--checkpoint-every", "--config", "--dry-run", "--dump-iteration",
      "--dump-phase", "--exp",
      "--help", "--init",
      "--num-workers", "--quiet", "--resume", "--resume-if-begun", "--run-dir", "--stall-limit",
      "--stall-warning",
      "--stop-after", "--test", "--threads",
      "--version", "--watch-pseudo-labels",
    ]
    let help = try workspace.run(["train", "--help"]).standardOutput
    let flags = help.split(separator: "\n").filter { $0.hasPrefix("  --") }
      .map { String($0.dropFirst(2).prefix { $0 != " " && $0 != "/" }) }
    #expect(flags.count > 30)
    #expect(written == Set(flags).subtracting(ofExecution))
  }

  @Test(arguments: [
    ("batch-sise: 16", "line 1: there is no option batch-sise; did you mean batch-size?"),
    ("seed: 3\nlearning_rate: fast", "line 2: The value 'fast' is invalid for '--learning-rate"),
    ("seed: 1\nseed: 2", "seed is set twice"),
    ("batch_size: 16\nbatch-size: 8", "line 2: batch-size was set in line 1 already"),
    ("seed: 1\n  x: [", "line 2: not YAML"),
    ("- a", "line 1: expected lines such as batch-size: 16"),
    ("img-size:\n  - 64", "img-size takes one value"),
    ("no-weak-augs: true", "write weak-augs: false"),
    ("weak-augs: maybe", "weak-augs is true or false, not maybe"),
    ("help: true", "help belongs on the command line"),
    ("img-size: 100", "--img-size must be a multiple of 16"),
  ])
  func aFileThatCannotBeUsed(yaml: String, message: String) throws {
    try workspace.folder.write(yaml + "\n", to: "run.yaml")
    let outcome = try workspace.run(["--config", "run.yaml", "--run-dir", "run"], ranks: 2)
    #expect(outcome.exitCode != 0)
    let errors = outcome.standardError.split(separator: "\n").filter { $0.hasPrefix("error: ") }
    #expect(errors.count == 1 && errors.first?.contains(message) == true, "\(outcome.output)")
    #expect(!workspace.folder.exists("run"))
  }

  /// As published: only Switch varies its images by default.
  @Test(arguments: [("switch", true), ("bcp", false), ("supervised", false)])
  func baselinesDoNotAugment(method: String, augments: Bool) throws {
    for (flags, expected) in [([], augments), (["--strong-augs", "--weak-augs"], true)] {
      let outcome = try workspace.train("run", ["--method", method, "--dry-run"] + flags)
      #expect(
        outcome.standardOutput.contains("\nstrong-augs: \(expected)\nweak-augs: \(expected)\n"),
        "\(outcome.output)")
    }
  }

  @Test func twoFilesAreRefused() throws {
    try workspace.expectRefusal(
      ["train", "--config", "one.yaml", "--config=two.yaml"], says: "--config is given twice")
  }

  @Test func aDryRunLeavesNothing() throws {
    for ranks in [nil, 2] {
      let outcome = try workspace.run(
        Workspace.setting + Workspace.schedule
          + ["--dataset", "./set", "--run-dir", "run", "--threads", "1", "--dry-run"], ranks: ranks)
      #expect(outcome.exitCode == 0, "\(outcome.output)")
      #expect(outcome.standardOutput.contains("# pre-training: 6 iterations of 8 images at "))
      #expect(outcome.standardOutput.contains("# self-training: 6 iterations of 16 images at "))
      #expect(outcome.standardOutput.contains("\nimg-size: 64\n"))
      #expect(!workspace.folder.exists("run"))
    }
    let refused = try workspace.train("run", ["--dry-run", "--labeled-ratio", "0.01"])
    #expect(refused.exitCode == 1 && refused.standardError.contains("leaves no labeled one"))
  }

  // MARK: A terminal

  private func trainInTerminal(_ arguments: String, _ setting: String = "") throws -> String {
    let program = try ChildProcess.program("switch-dist")
    let options = (Workspace.setting + Workspace.schedule).joined(separator: " ")
    let command =
      "\(setting) \(program) \(options) --dataset ./set --threads 1 \(arguments)"
    let outcome = try ChildProcess.run(
      ["script", "--quiet", "--return", "--command", command, "/dev/null"],
      environment: ["TERM": "xterm", "NO_COLOR": nil], directory: workspace.folder.path)
    try #require(outcome.exitCode == 0, "\(outcome.output)")
    return outcome.standardOutput
  }

  @Test func aTerminalHasALiveLineUnlessQuiet() throws {
    let redrawn = "\r\u{1B}[2K"
    let live = try trainInTerminal("--run-dir live")
    #expect(live.contains("\(redrawn)pre-training 1/6"))
    #expect(live.contains("images/s") && live.contains("left"))
    // The log file has the details.
    #expect(!live.contains("info self-training 6/6 ·"))
    #expect(live.contains("\u{1B}[2m"))

    let plain = try trainInTerminal("--run-dir plain", "NO_COLOR=1")
    #expect(plain.contains(redrawn) && !plain.contains("\u{1B}[2m"))

    let quiet = try trainInTerminal("--run-dir quiet --quiet")
    #expect(!quiet.contains(redrawn) && !quiet.contains("images/s"))
    #expect(quiet.contains("validation Dice"))
    #expect(try text("quiet/log.txt").contains("info self-training 6/6"))
  }

  @Test(arguments: [
    ("train --labeled-r", "--labeled-ratio"), ("train --method ", "bcp supervised switch"),
    ("test --model t", "teacher"), ("inspect ch", "checkpoint.h5"),
    ("predict --input ch", "checkpoint.h5 checkpoint.txt"),
  ])
  func theShellCompletes(words: String, completions: String) throws {
    let script = try workspace.run(["--generate-completion-script", "bash"])
    #expect(script.exitCode == 0)
    try workspace.folder.write(script.standardOutput, to: "completion.bash")
    for name in ["checkpoint.h5", "checkpoint.txt"] { try workspace.folder.write("", to: name) }
    let complete = """
      source completion.bash
      IFS=' ' read -ra COMP_WORDS <<< "$1"
      [[ $1 == *' ' ]] && COMP_WORDS+=('')
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      _switch-dist switch-dist "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
      printf '%s\\n' "${COMPREPLY[@]}" | sort | paste -sd ' '
      """
    let outcome = try ChildProcess.run(
      ["bash", "-c", complete, "complete", "switch-dist \(words)"],
      directory: workspace.folder.path)
    #expect(outcome.standardOutput == completions + "\n", "\(outcome.output)")
  }
}
