import MPI

/// Ranks on hosts, one host's after the other's, and what carries their messages; how many rounds Open MPI
/// takes for each kind of exchange, and what goes over the wire in each.
package struct Interconnect: Sendable {
  package enum Wire: Int, Sendable { case host, network }

  /// One round of an exchange.
  package struct Round: Equatable, Sendable {
    package var wire: Wire
    /// Over the wire of one host.
    package var bytes: Double
  }

  package var ranks: Int
  package var ranksPerHost: Int
  package var host: Link
  package var network: Link

  package init(ranks: Int, ranksPerHost: Int, host: Link = .sharedMemory, network: Link) {
    self.ranks = ranks
    self.ranksPerHost = max(1, min(ranks, ranksPerHost))
    self.host = host
    self.network = network
  }

  package var isOneHost: Bool { ranksPerHost >= ranks }

  package func link(_ wire: Wire) -> Link { wire == .host ? host : network }

  /// A sum. All of those that a step waits for at once are small.
  ///
  /// Where the number of ranks is no power of two, those above it give their part to another before, and get
  /// the result after.
  package func sum(bytes: Int) -> [Round] {
    guard ranks > 1 else { return [] }
    let extra = ranks.isPowerOfTwo ? [] : [round(1, Double(bytes))]
    let distances = distances.prefix { 2 * $0 <= ranks }
    switch SumAlgorithm(bytes: bytes, ranks: ranks) {
    case .doubling: return extra + distances.map { round($0, Double(bytes)) } + extra
    case .halving:
      let halves = distances.enumerated().map { round($1, Double(bytes) / Double(2 << $0)) }
      return extra + halves + halves.reversed() + extra
    }
  }

  /// The teacher, from rank 0: to each by itself up to four ranks, then by a chain in pieces.
  package func broadcast(bytes: Int) -> [Round] {
    guard ranks > 1 else { return [] }
    guard ranks > 4 else {
      return [
        Round(wire: isOneHost ? .host : .network, bytes: Double(bytes * (ranks - 1)))
      ]
    }
    let pieces = (bytes + Self.pieceBytes - 1) / Self.pieceBytes
    let hosts = (ranks + ranksPerHost - 1) / ranksPerHost
    // The first piece goes through the whole chain, the others follow closely over its slowest wire.
    return [Round](
      repeating: Round(wire: .host, bytes: Double(Self.pieceBytes)), count: ranks - hosts)
      + [Round](
        repeating: Round(wire: .network, bytes: Double(Self.pieceBytes)), count: hosts - 1)
      + [
        Round(
          wire: hosts > 1 ? .network : .host, bytes: Double(Self.pieceBytes * max(0, pieces - 1)))
      ]
  }
  private static let pieceBytes = 32 << 10

  /// 1, 2, 4, … below the number of ranks.
  private var distances: [Int] {
    Array(sequence(first: 1) { $0 * 2 }.prefix { $0 < ranks })
  }

  /// Neighbours lie on one host; over the network all ranks of a host send at once.
  private func round(_ distance: Int, _ bytes: Double) -> Round {
    distance < ranksPerHost
      ? Round(wire: .host, bytes: bytes)
      : Round(wire: .network, bytes: bytes * Double(ranksPerHost))
  }
}

extension Int {
  fileprivate var isPowerOfTwo: Bool { self & (self - 1) == 0 }
}
