import Foundation
import TestSupport
import Testing

/// The command that the program exists for, as it stands in the first line of its help: nothing but
/// `mpirun -n 8 switch-dist`, on a machine with however few cores. It takes some minutes on two of them,
/// so it belongs to the long runs; `.ci/run` has it.
@Suite(.serialized) struct FirstCommandTests {
  @Test(.enabled(if: ProcessInfo.processInfo.environment["SWITCH_LONG_TESTS"] != nil))
  func itTrainsAtItsDefaultsToTheEnd() throws {
    let folder = try TemporaryFolder()
    let program = URL(fileURLWithPath: try ChildProcess.program("switch-dist"))
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    var environment = ChildProcess.parallelEnvironment
    environment["PATH"] = program.deletingLastPathComponent().path + ":" + path
    let outcome = try ChildProcess.run(
      ["mpirun", "-n", "8", "switch-dist"], environment: environment, directory: folder.path,
      timeout: 900)
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    // Seven labeled images for eight places: said once, as is what the run will take.
    let lines = outcome.standardError.split(separator: "\n")
    #expect(
      lines.count { $0.contains("a batch has 8 places for labeled images and there are 7:") } == 1)
    let foretold = lines.firstIndex { $0.contains("will take about") }
    let begun = lines.firstIndex { $0.contains("pre-training: 200 iterations") }
    #expect(try #require(foretold) < #require(begun))
    // Worth looking at: most lesions are found.
    let dice = try #require(
      outcome.output.firstMatch(of: /Dice % +([0-9.]+) ±/).flatMap { Double($0.output.1) })
    #expect(dice > 50, "\(outcome.output)")
    for file in ["report.html", "self_best.h5", "test_scores.csv", "overlays"] {
      #expect(folder.exists("runs/switch/\(file)"))
    }
  }

  /// The help says how short a run may be; its defaults are those that a run takes.
  @Test func helpStatesTheShortestUsefulRun() throws {
    let help = try ChildProcess.run(
      [try ChildProcess.program("switch-dist"), "train", "--help"]
    ).standardOutput.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(help.contains("the shortest useful one"))
    #expect(help.contains("(default: 256; for the synthetic set 64)"))
    #expect(help.contains("(default: 10000; for the synthetic set 200)"))
    #expect(help.contains("(default: 30000; for the synthetic set 60)"))
  }
}
