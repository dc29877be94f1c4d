import MPI
import Network

/// The sums of the batch norms in the forward pass of one network, each on its way while another
/// network computes. The first pass plans them, the others use them again.
struct StatisticsSums {
  let runner: NetworkRunner
  private let world: Communicator
  private var sums: [PersistentSum] = []
  /// The sum that comes next, or is on its way.
  private var current = 0

  init(of runner: NetworkRunner, on world: Communicator) {
    self.runner = runner
    self.world = world
  }

  mutating func start(_ values: UnsafeMutableBufferPointer<Int64>) throws(MPIError) {
    if current == sums.count {
      sums.append(try world.planSum(values.indices, of: values, ownedBy: runner))
    }
    precondition(sums[current].range == values.indices, "the forward pass changed its order")
    try sums[current].start()
  }

  mutating func finish() throws(MPIError) {
    try sums[current].wait()
    current += 1
  }

  /// Before each pass.
  mutating func rewind() { current = 0 }
}
