import Synchronization

/// What the main thread of a rank is at: written by it without a lock, read by the watch.
///
/// All ranks make the same exchanges in the same order, so that their count tells who has not come.
public final class RankActivity: Sendable {
  /// Exchanges with other ranks that were begun.
  private let exchanges = Atomic<Int>(0)
  private let waits = Atomic<Bool>(false)
  private let place = Atomic<UInt8>(RankPlace.starting.rawValue)
  private let iteration = Atomic<Int>(0)

  public init() {}

  /// Says where the rank is from now on.
  public func enter(_ place: RankPlace, iteration: Int = 0) {
    self.place.store(place.rawValue, ordering: .relaxed)
    self.iteration.store(iteration, ordering: .relaxed)
  }

  /// Counts `body`, which returns when the other ranks have come, as an exchange.
  public func exchange<Result>(_ body: () -> Result) -> Result {
    exchanges.add(1, ordering: .relaxed)
    waits.store(true, ordering: .relaxed)
    defer { waits.store(false, ordering: .relaxed) }
    return body()
  }

  /// Of this moment, but for a change under way; without `work`.
  var state: RankState {
    RankState(
      place: RankPlace(rawValue: place.load(ordering: .relaxed)) ?? .starting,
      iteration: iteration.load(ordering: .relaxed),
      exchange: exchanges.load(ordering: .relaxed), waits: waits.load(ordering: .relaxed))
  }
}
