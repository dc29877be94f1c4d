import Foundation
import TestSupport
import Testing

/// What commands print: lost output is an error, a reader that has had enough is none.
@Suite(.serialized) struct OutputTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try TrainedRun.copy(into: workspace)
  }

  private func run(
    _ arguments: [String], redirected: String
  ) throws -> ChildProcess.Outcome {
    try ChildProcess.run(
      ["bash", "-c", "set -o pipefail; \"$@\" \(redirected)", "bash"]
        + [try ChildProcess.program("switch-dist")] + arguments,
      directory: workspace.folder.path)
  }

  @Test(arguments: [
    (["inspect", "--json", "run/self_last.h5"], 1), (["report", "--run", "run"], 1),
    (["diff", "run/self_last.h5", "run/self_last.h5"], 2),
    (["diff", "run/pre_best.h5", "run/self_last.h5"], 2), (["--help"], 1),
    (["--img-size", "64", "--batch-size", "4", "--dry-run"], 1),
  ])
  func outputThatIsLostIsAnError(arguments: [String], code: Int) throws {
    for redirected in [">/dev/full", ">&-"] {
      let outcome = try run(arguments, redirected: redirected)
      #expect(outcome.exitCode == code, "\(arguments) \(redirected): \(outcome.output)")
      let lines = outcome.standardError.split(separator: "\n").filter { $0.hasPrefix("error: ") }
      #expect(lines.count == 1, "\(outcome.output)")
      #expect(lines.first?.contains("standard output: the output cannot be written") == true)
    }
  }

  /// Its exit code is that of the work.
  @Test func aReaderThatHasEnoughIsNoError() throws {
    for arguments in [["inspect", "--json", "run/self_last.h5"], ["help", "train"]] {
      let outcome = try run(arguments, redirected: "| head -c 1 | cat")
      #expect(outcome.exitCode == 0 && outcome.standardError.isEmpty, "\(outcome.output)")
    }
    let different = try run(
      ["diff", "run/pre_best.h5", "run/self_last.h5"], redirected: "| true")
    #expect(different.exitCode == 1 && different.output.isEmpty, "\(different.output)")
  }
}
