import Foundation
import TestSupport
import Testing

/// Records of a run that cannot be written: one line on all ranks, a checkpoint before it.
@Suite(.serialized) struct RecordFailureTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func expectOneLine(_ outcome: ChildProcess.Outcome, says text: String) {
    #expect(outcome.exitCode == 1, "\(outcome.output)")
    let errors = outcome.output.split(separator: "\n").filter { $0.hasPrefix("error: ") }
    #expect(errors.count == 1 && errors.first?.contains(text) == true, "\(outcome.output)")
    #expect(!outcome.output.contains("MPI_ABORT"), "\(outcome.output)")
  }

  @Test(arguments: [1, 2]) func aFileThatCannotGrowAtTheStart(ranks: Int) throws {
    try workspace.folder.makeFolder("run")
    try FileManager.default.createSymbolicLink(
      atPath: workspace.folder.file("run/metrics.jsonl"), withDestinationPath: "/dev/full")
    let outcome = try workspace.train("run", ranks: ranks)
    expectOneLine(outcome, says: "run/metrics.jsonl: cannot be written to")
  }

  /// The limit on the size of files is met in the middle of pre-training; there is a checkpoint to go on
  /// from, to the undisturbed result.
  @Test(arguments: [1, 2]) func aFileThatCannotGrowAnyMore(ranks: Int) throws {
    let limit = 20_000
    try workspace.folder.makeFolder("run")
    let filler = [UInt8](repeating: 0x20, count: 1023) + [0x0A]
    let room = 700
    let filled = [[UInt8]](repeating: filler, count: limit).joined().dropLast(room) + [0x0A]
    try workspace.folder.write(Array(filled), to: "run/metrics.jsonl")
    let limited = [
      "bash", "-c", "trap '' XFSZ; ulimit -f \(limit); exec \"$@\"", "limited",
      try ChildProcess.program("switch-dist"),
    ]
    let arguments =
      Workspace.setting + Workspace.schedule
      + ["--dataset", "./set", "--run-dir", "run", "--threads", "1"]
    let outcome =
      ranks == 1
      ? try ChildProcess.run(limited + arguments, directory: workspace.folder.path)
      : try ChildProcess.runParallel(
        ranks: ranks, limited + arguments, directory: workspace.folder.path)
    expectOneLine(outcome, says: "run/metrics.jsonl: cannot be written to")
    #expect(outcome.output.contains("go on with --resume"), "\(outcome.output)")
    let iteration = try workspace.inspect("run/pre_last.h5")["iteration"] as? Int
    #expect((1...6).contains(iteration ?? 0))
    try workspace.folder.write("", to: "run/metrics.jsonl")
    let resumed = try workspace.train("run", ["--resume"])
    #expect(resumed.exitCode == 0, "\(resumed.output)")
    #expect(try RunRecord(of: "run", in: workspace).files == Reference.record().files)
  }

  /// Without /proc the Swift runtime knows no arguments: not a training with defaults then.
  @Test(.enabled(if: Self.hidesProc, "no user namespaces here to hide /proc in"))
  func missingArgumentsAreRefused() throws {
    let program = try ChildProcess.program("switch-dist")
    let outcome = try ChildProcess.run(
      Self.withoutProc + [program, "inspect", "set.h5"], directory: workspace.folder.path)
    #expect(outcome.exitCode != 0)
    let lines = outcome.standardError.split(separator: "\n")
    #expect(lines.count == 1 && lines.first?.contains("/proc is not mounted") == true)
    #expect(!workspace.folder.exists("runs"))
  }

  private static let withoutProc = [
    "unshare", "-rm", "sh", "-c", "mount -t tmpfs none /proc && exec \"$@\"", "hidden",
  ]
  private static let hidesProc = (try? ChildProcess.run(withoutProc + ["true"]))?.exitCode == 0
}
