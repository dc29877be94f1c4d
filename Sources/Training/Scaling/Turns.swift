import Glibc
import MPI
import Tensors

/// Lets the ranks of a host compute in turns, so that nobody shares a core. Those that wait sleep: MPI's
/// own waiting keeps a core busy.
final class Turns {
  private let count: Int
  private let own: Int
  private let sum: PersistentSum?

  private final class Counter {
    let buffer = AlignedBuffer<Int64>(count: 1)
  }

  /// Collective.
  init(_ count: Int, on world: Communicator) throws {
    self.count = count
    own = try world.splitByNode().rank % max(1, count)
    let counter = Counter()
    sum =
      world.size > 1
      ? try world.planSum(0..<1, of: counter.buffer.values, ownedBy: counter) : nil
  }

  /// Runs `body` on each rank once; collective.
  func take(_ body: () throws -> Void) throws {
    for turn in 0..<count {
      try awaitAll()
      if turn == own { try body() }
    }
    try awaitAll()
  }

  private func awaitAll() throws {
    guard let sum else { return }
    try sum.start()
    while try !sum.poll() { usleep(1000) }
  }
}
