/// Exchanges under way and when they are there. Open MPI makes progress inside of its calls only: a round
/// that ended while ranks computed is followed by the next one when they call.
struct ExchangeTimes {
  private struct Exchange {
    var rounds: ArraySlice<Interconnect.Round>
    var roundEnd: Double
  }

  private let interconnect: Interconnect
  private var exchanges: [Int: Exchange] = [:]
  /// When the wires of hosts are free again.
  private var free = [0.0, 0.0]
  private var next = 0

  init(_ interconnect: Interconnect) { self.interconnect = interconnect }

  /// - Parameter time: when the last rank starts it.
  mutating func start(_ rounds: [Interconnect.Round], at time: Double) -> Int {
    next += 1
    exchanges[next] = Exchange(rounds: rounds[...], roundEnd: time)
    progress(at: time)
    return next
  }

  /// What a call of the last rank drives.
  mutating func progress(at time: Double) {
    for key in exchanges.keys.sorted() { goOn(key, at: time) }
  }

  /// When an exchange is there for whom nothing else keeps.
  ///
  /// - Parameter time: when the last rank begins to wait.
  mutating func finish(_ key: Int, from time: Double) -> Double {
    var now = time
    while true {
      progress(at: now)
      guard exchanges[key] != nil else { return now }
      now = exchanges.values.reduce(.infinity) { min($0, $1.roundEnd) }
    }
  }

  private mutating func goOn(_ key: Int, at time: Double) {
    guard var exchange = exchanges[key], exchange.roundEnd <= time else { return }
    guard let round = exchange.rounds.popFirst() else {
      exchanges[key] = nil
      return
    }
    let link = interconnect.link(round.wire)
    let begin = max(time, free[round.wire.rawValue])
    let sent = begin + round.bytes / link.bytesPerSecond
    free[round.wire.rawValue] = sent
    exchange.roundEnd = sent + link.latency
    exchanges[key] = exchange
  }
}
