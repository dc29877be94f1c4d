import RandomNumbers
import Tensors
import Testing

@Suite struct RandomNumbersTests {
  /// Known answers of the Random123 distribution (`kat_vectors`, philox4x32 10).
  @Test func philoxGivesThePublishedAnswers() {
    let all = UInt32.max
    #expect(
      Philox.words(Philox.Counter(0, 0, 0, 0), key: Philox.Key(0, 0))
        == Philox.Counter(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      Philox.words(Philox.Counter(all, all, all, all), key: Philox.Key(all, all))
        == Philox.Counter(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      Philox.words(
        Philox.Counter(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        key: Philox.Key(0xa409_3822, 0x299f_31d0))
        == Philox.Counter(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func streamsAreFunctionsOfTheirPlace() {
    func draws(_ seed: UInt64, _ purpose: RandomPurpose, _ iteration: Int, _ slot: Int) -> [UInt32]
    {
      var stream = RandomStream(seed: seed, purpose: purpose, iteration: iteration, slot: slot)
      return (0..<8).map { _ in stream.nextWord() }
    }
    let first = draws(1, .dropout, 2, 3)
    #expect(first == draws(1, .dropout, 2, 3))
    for other in [
      draws(2, .dropout, 2, 3), draws(1, .phantom, 2, 3), draws(1, .dropout, 3, 3),
      draws(1, .dropout, 2, 4), draws(1 << 40, .dropout, 2, 3),
    ] { #expect(Set(first).isDisjoint(with: other)) }
  }

  @Test func integersAndUniformsAreUniform() {
    var stream = RandomStream(seed: 3, purpose: .kernelProbe)
    var counts = [Int](repeating: 0, count: 7)
    var sum = 0.0
    for _ in 0..<70_000 {
      counts[stream.integer(below: 7)] += 1
      let value = stream.uniform()
      #expect(value >= 0 && value < 1)
      sum += value
    }
    // Five standard deviations: √(70000 · 1/7 · 6/7) = 92.6.
    #expect(counts.allSatisfy { abs($0 - 10_000) < 463 })
    #expect(abs(sum / 70_000 - 0.5) < 5 * 0.2887 / 264)
  }

  @Test func permutationsHoldEachNumberOnce() {
    var stream = RandomStream(seed: 3, purpose: .kernelProbe)
    let order = stream.permutation(100)
    #expect(order.sorted() == Array(0..<100) && order != Array(0..<100))
    #expect(stream.permutation(1) == [0] && stream.permutation(0) == [])
  }

  /// Blocks that live at the same time never share memory.
  @Test func lifetimesThatOverlapDoNotShareMemory() {
    var stream = RandomStream(seed: 4, purpose: .kernelProbe)
    let blocks = (0..<60).map { _ in
      let first = stream.integer(below: 40)
      return LifetimePlan.Block(
        count: 1 + stream.integer(below: 5000), first: first,
        last: first + stream.integer(below: 20))
    }
    let plan = LifetimePlan(blocks)
    for a in blocks.indices {
      #expect(plan.offsets[a] % 64 == 0 && plan.offsets[a] + blocks[a].parts[0].count <= plan.total)
      for b in blocks.indices where a < b {
        let liveTogether =
          blocks[a].parts[0].first <= blocks[b].parts[0].last
          && blocks[b].parts[0].first <= blocks[a].parts[0].last
        let apart =
          plan.offsets[a] + blocks[a].parts[0].count <= plan.offsets[b]
          || plan.offsets[b] + blocks[b].parts[0].count <= plan.offsets[a]
        #expect(!liveTogether || apart)
      }
    }
    #expect(plan.total < blocks.reduce(0) { $0 + $1.parts[0].count })
  }
}
