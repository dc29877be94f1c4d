import Foundation
import RandomNumbers
import TestSupport
import Testing

/// Runs that stop at a random iteration and go on in a random layout, as often as it comes: exact
/// restart, on other ranks and threads. A failure names the seed, with which `SWITCH_TEST_SEED` repeats
/// it.
@Suite(.serialized) struct StopAndGoTests {
  private static let isLong = ProcessInfo.processInfo.environment["SWITCH_LONG_TESTS"] != nil

  private static let seed: UInt64 = {
    let wanted = ProcessInfo.processInfo.environment["SWITCH_TEST_SEED"].flatMap { UInt64($0) }
    return wanted ?? UInt64.random(in: 1..<1_000_000)
  }()

  @Test(arguments: 0..<(isLong ? 20 : 1)) func anyStopAnyLayout(round: Int) throws {
    var stream = RandomStream(seed: Self.seed, purpose: .kernelProbe, slot: round)
    let workspace = try Workspace()
    var history = "seed \(Self.seed), round \(round):"
    var isResumed = false
    while true {
      let ranks = stream.integer(in: 1..<9)
      let threads = stream.integer(in: 1..<4)
      let stop = stream.integer(in: 1..<14)
      history += " \(ranks)×\(threads) for \(stop)"
      let outcome = try workspace.train(
        "run", ranks: ranks, threads: threads,
        ["--stop-after", "\(stop)"] + (isResumed ? ["--resume"] : []))
      try #require([0, 3].contains(outcome.exitCode), "\(history)\n\(outcome.output)")
      isResumed = true
      if outcome.exitCode == 0 { break }
    }
    #expect(try RunRecord(of: "run", in: workspace) == Reference.record(), "\(history)")
  }
}
