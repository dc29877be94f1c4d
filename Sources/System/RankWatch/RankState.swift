/// What a rank was at in one moment.
package struct RankState: Equatable, Sendable {
  var place = RankPlace.starting
  var iteration = 0
  /// Exchanges begun, and whether the last of them is waited for.
  var exchange = 0
  var waits = false
  /// Tenths of seconds that its process has computed when it did not wait: who computes, or reads and
  /// decodes, does not stand still, however long it takes. Waiting for MPI computes too, in vain.
  package var work = 0

  package init(
    place: RankPlace = .starting, iteration: Int = 0, exchange: Int = 0, waits: Bool = false,
    work: Int = 0
  ) {
    self.place = place
    self.iteration = iteration
    self.exchange = exchange
    self.waits = waits
    self.work = work
  }

  /// `self-training, iteration 312, exchange 26531`.
  var words: String {
    place.name + (iteration > 0 ? ", iteration \(iteration)" : "") + ", exchange \(exchange)"
  }
}
