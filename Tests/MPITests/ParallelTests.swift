import MPI
import TestSupport
import Testing

/// The collectives on 1 to 4 real ranks.
@Suite(.serialized) struct MPIParallelTests {
  @Test(
    arguments: ["collectives", "nonblocking", "groups", "large-counts", "errors"], [1, 2, 3, 4])
  func everyRankReceivesWhatItShould(part: String, ranks: Int) throws {
    let outcome = try Self.run(part, ranks: ranks)
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    #expect(outcome.standardOutput == "\(part): passed on \(ranks)\n")
  }

  @Test(arguments: [1, 2, 3])
  func aFailingRankEndsAllAndIsNamedOnce(ranks: Int) throws {
    let outcome = try Self.run("failing-rank", ranks: ranks)
    #expect(outcome.exitCode != 0)
    #expect(!outcome.timedOut)
    let named = outcome.standardError.split(separator: "\n").filter {
      $0 == "rank \(ranks - 1): cannot go on"
    }
    #expect(named.count == 1, "\(outcome.output)")
  }

  @Test(arguments: [2, 4]) func ranksThatFailTogetherAgreeOnOneMessage(ranks: Int) throws {
    let outcome = try Self.run("shared-failure", ranks: ranks)
    #expect(outcome.exitCode == 2, "\(outcome.output)")
    // With two ranks both fail, and none is named.
    let message = ranks == 2 ? "no data on 0" : "rank 2: no data on 2"
    let lines = outcome.output.split(separator: "\n").filter { $0.contains("no data") }
    #expect(lines == ["error: \(message)"], "\(outcome.output)")
  }

  /// The checks of the other tests must be able to fail.
  @Test func anUnknownPartFails() throws {
    #expect(try Self.run("nothing", ranks: 2).exitCode == Universe.failedRankExitCode)
  }

  @Test func ranksThatHangAreEndedAndSeen() throws {
    let outcome = try ChildProcess.runParallel(
      ranks: 2, [try ChildProcess.program("mpi-selftest"), "hang"], timeout: 3)
    #expect(outcome.timedOut)
    #expect(outcome.exitCode != 0)
  }

  private static func run(_ part: String, ranks: Int) throws -> ChildProcess.Outcome {
    try ChildProcess.runParallel(
      ranks: ranks, [try ChildProcess.program("mpi-selftest"), part], timeout: 60)
  }
}
