import RankWatch
import Testing

/// Who keeps the others waiting, as one rank sees it.
struct StallViewTests {
  private func view(_ states: [RankState?], heard: Duration = .seconds(20)) -> StallView {
    var view = StallView(rank: 0, hosts: ["a", "a", "b", "b"])
    for (rank, state) in states.enumerated() {
      if let state { view.hear(state, from: rank, at: rank == 0 ? .seconds(20) : heard) }
    }
    return view
  }

  private func state(_ exchange: Int, waits: Bool) -> RankState {
    RankState(place: .selfTraining, iteration: 7, exchange: exchange, waits: waits)
  }

  @Test func aRankThatDoesNotWaitIsNamed() {
    let waiting = state(12, waits: true)
    let words = view([waiting, waiting, state(11, waits: false), waiting]).words(at: .seconds(20))
    #expect(words.contains("for rank 2 (b), which is in self-training, iteration 7, exchange 11"))
    #expect(words.contains("waits in self-training, iteration 7, exchange 12"))
  }

  @Test func aRankThatIsNotHeardIsNamedWhateverItDidLast() {
    let waiting = state(12, waits: true)
    var view = view([waiting, waiting, waiting, waiting], heard: .seconds(20))
    for rank in [0, 1, 2] { view.hear(waiting, from: rank, at: .seconds(80)) }
    let words = view.words(at: .seconds(80))
    #expect(words.contains("for rank 3 (b), last in"))
    #expect(words.contains("not heard of for 60 s"))
  }

  @Test func whereAllWaitForTheSameTheNetworkIsNamed() {
    let waiting = state(12, waits: true)
    let words = view([waiting, waiting, waiting, waiting]).words(at: .seconds(20))
    #expect(words.hasPrefix("all ranks wait in"))
  }

  @Test func aRankThatNeverSpokeIsNamed() {
    let waiting = state(12, waits: true)
    let words = view([waiting, nil, waiting, waiting]).words(at: .seconds(20))
    #expect(words.contains("rank 1 (a), of which nothing was heard"))
  }

  /// Another rank knows of nobody but rank 0 and itself.
  @Test func aRankThatNeverHeardRankZeroNamesIt() {
    var view = StallView(rank: 1, hosts: ["a", "a", "b"])
    view.hear(state(12, waits: true), from: 1, at: .seconds(20))
    let words = view.words(at: .seconds(20))
    #expect(words.hasSuffix("for rank 0 (a), of which nothing was heard"))
  }

  /// Any rank that gets further is progress: of the others some wait for it.
  @Test func theJobIsIdleSinceTheLastChangeOfAnyRank() {
    let waiting = state(12, waits: true)
    var view = view([waiting, waiting, waiting, waiting])
    view.hear(waiting, from: 1, at: .seconds(50))
    #expect(view.idle(at: .seconds(60)) == .seconds(40))
    var working = state(11, waits: false)
    view.hear(working, from: 2, at: .seconds(50))
    working.work += 1
    view.hear(working, from: 2, at: .seconds(55))
    #expect(view.idle(at: .seconds(60)) == .seconds(5))
  }

  @Test func oneRankOfEachHostSpeaks() {
    let speakers = (0..<4).filter { StallView(rank: $0, hosts: ["a", "a", "b", "b"]).isSpeaker }
    #expect(speakers == [0, 1, 2])
  }

  @Test func messagesComeThroughAndStrangersDoNot() {
    let message = WatchMessage(
      token: 0xFEDC_BA98_7654_3210, kind: .farewell, rank: 511,
      state: RankState(
        place: .checkpoint, iteration: 1 << 40, exchange: 1 << 50, waits: true, work: 99))
    #expect(message.bytes.count == WatchMessage.byteCount)
    #expect(WatchMessage(message.bytes[...], token: message.token) == message)
    #expect(WatchMessage(message.bytes[...], token: 1) == nil)
    #expect(WatchMessage(message.bytes.dropLast(), token: message.token) == nil)
  }
}
