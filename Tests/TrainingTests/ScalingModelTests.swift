import Scaling
import Testing

/// The model of a step over many ranks, on steps made up so that the right answer is known.
@Suite struct ScalingModelTests {
  private static let link = Link(latency: 1e-3, bytesPerSecond: 1e6)

  private func network(_ ranks: Int, perHost: Int = 1) -> Interconnect {
    Interconnect(
      ranks: ranks, ranksPerHost: perHost, host: Link(latency: 1e-5, bytesPerSecond: 1e9),
      network: Self.link)
  }

  /// Doubling sends all bytes log₂ times; halving and doubling twice the bytes less the rank's own part.
  @Test(arguments: [4, 8, 64, 512]) func sumsTakeTheRoundsOfTheirAlgorithm(ranks: Int) {
    let logarithm = ranks.trailingZeroBitCount
    let small = network(ranks).sum(bytes: 4096)
    #expect(small.map(\.bytes) == [Double](repeating: 4096, count: logarithm))
    let bytes = 1 << 20
    let large = network(ranks).sum(bytes: bytes)
    #expect(large.count == 2 * logarithm)
    #expect(large.map(\.bytes).reduce(0, +) == 2 * Double(bytes - bytes / ranks))
    #expect(large.map(\.bytes) == large.reversed().map(\.bytes))
  }

  /// Ranks of a host exchange the large parts; over the network goes from each host what of one rank would go
  /// from hosts of one rank.
  @Test func neighboursExchangeTheLargeParts() {
    let bytes = 1 << 20
    let rounds = network(64, perHost: 8).sum(bytes: bytes)
    #expect(rounds.count { $0.wire == .host } == 6 && rounds.count { $0.wire == .network } == 6)
    let sent = rounds.filter { $0.wire == .network }.map(\.bytes).reduce(0, +)
    #expect(sent == network(8).sum(bytes: bytes).map(\.bytes).reduce(0, +))
  }

  @Test func otherNumbersOfRanksTakeARoundBeforeAndAfter() {
    #expect(network(6).sum(bytes: 64).count == 4)
    #expect(network(1).sum(bytes: 64).isEmpty && network(1).broadcast(bytes: 64).isEmpty)
  }

  @Test func theTeacherGoesToEachOrThroughAChain() {
    #expect(network(4).broadcast(bytes: 1000).map(\.bytes) == [3000])
    let chain = network(512, perHost: 8).broadcast(bytes: 1 << 20)
    #expect(chain.count { $0.wire == .network && $0.bytes == 32768 } == 63)
    #expect(chain.last?.bytes == Double(1 << 20 - 32768))
  }

  private func step(_ pieces: [(Double, StepEvent)]) -> StepTrace {
    StepTrace(events: pieces.map(\.1), seconds: [pieces.map(\.0)])
  }

  /// 512 ranks, nothing to hide behind: nine rounds of 1 ms and 1 ms for the bytes.
  @Test func whatIsWaitedForAtOnceIsAdded() {
    let trace = step([(0.1, .sum(bytes: 1000)), (0.05, .endOfStep)])
    let outcome = StepReplay.run(trace, on: network(512))
    #expect(abs(outcome.seconds - (0.15 + 9 * 0.002)) < 1e-9)
    #expect(abs(outcome.computation - 0.15) < 1e-9 && abs(outcome.imbalance) < 1e-9)
    #expect(abs(outcome.exchange - 0.018) < 1e-9)
  }

  /// The first round passes while the rank computes, the second begins with its next call.
  @Test func computingHidesARoundForEachCall() {
    func seconds(_ ranks: Int) -> Double {
      let trace = step([
        (0, .start(.student, bytes: 8)), (0.1, .finish(.student)), (0, .endOfStep),
      ])
      return StepReplay.run(trace, on: network(ranks)).seconds
    }
    let round = 1e-3 + 8e-6
    #expect(abs(seconds(2) - 0.1) < 1e-9)
    #expect(abs(seconds(4) - (0.1 + round)) < 1e-9)
    #expect(abs(seconds(512) - (0.1 + 8 * round)) < 1e-9)
  }

  /// Two sums share a wire: 20,000 bytes of 1 MB a second take 20 ms, hidden or not.
  @Test func aWireCarriesOneAfterTheOther() {
    let trace = step([
      (0, .start(.student, bytes: 10_000)), (0, .start(.teacher, bytes: 10_000)),
      (0.005, .finish(.student)), (0, .finish(.teacher)), (0, .endOfStep),
    ])
    let outcome = StepReplay.run(trace, on: network(2))
    #expect(abs(outcome.seconds - 0.021) < 1e-9)
  }

  /// The more ranks, the nearer each piece comes to its slowest sample.
  @Test func ranksWaitForTheSlowest() {
    let events: [StepEvent] = [.sum(bytes: 8), .endOfStep]
    let trace = StepTrace(events: events, seconds: [[0.1, 0], [0.2, 0]])
    let few = StepReplay.run(trace, on: network(1))
    let many = StepReplay.run(trace, on: network(512))
    #expect(few.imbalance == 0)
    #expect(abs(many.seconds - (0.2 + 9 * 1.008e-3)) < 1e-9)
    #expect(abs(many.computation + many.imbalance - 0.2) < 1e-9)
  }

  /// Four threads for a core: everybody computes four times as long, and nobody longer than the others.
  @Test func crowdedRanksComputeInTurns() {
    let trace = StepTrace(events: [.sum(bytes: 8), .endOfStep], seconds: [[0.1, 0], [0.1, 0]])
    let outcome = StepReplay.run(trace, on: network(8), crowding: 4)
    #expect(abs(outcome.computation - 0.4) < 1e-9 && outcome.imbalance == 0)
  }

  @Test func latencyAndBandwidthAreFoundAgain() {
    let sizes: [Double] = [8, 4096, 65536, 1_048_576]
    let points = sizes.map { bytes -> LinkProbe.Point in
      let seconds = 20e-6 + bytes / 1.1e9
      return LinkProbe.Point(rounds: 3, bytes: 3 * bytes, seconds: 3 * seconds)
    }
    let link = LinkProbe.fit(points)
    #expect(abs(link.latency - 20e-6) < 1e-9)
    #expect(abs(link.bytesPerSecond - 1.1e9) < 1e3)
  }

  @Test func theMiddleHalfOfTheStepsIsTypical() {
    let trace = StepTrace(events: [.endOfStep], seconds: [[9], [1], [3], [2]])
    #expect(trace.typical.seconds == [[2], [3]])
    #expect(trace.scaled(by: 2).seconds == [[18], [2], [6], [4]])
  }
}
