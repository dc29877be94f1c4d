import MPI

/// Memory that operations keep alive.
final class Arena<Scalar: MPIScalar> {
  let values: UnsafeMutableBufferPointer<Scalar>

  init(_ count: Int, repeating value: Scalar) {
    values = .allocate(capacity: count)
    values.initialize(repeating: value)
  }

  deinit { values.deallocate() }
}

extension SelfTest {
  static func checkNonblocking(_ world: Communicator) throws {
    try checkBroadcast(world)
    try checkSums(world)
    try checkDropped(world)
  }

  private static func checkBroadcast(_ world: Communicator) throws {
    for root in 0..<world.size {
      let arena = Arena(28, repeating: world.rank == root ? Float(root) + 0.25 : 0)
      var pending = try world.startBroadcast(arena.values, ownedBy: arena, root: root)
      while try !pending.poll() {}
      try pending.wait()
      try require(
        Array(arena.values), [Float](repeating: Float(root) + 0.25, count: 28),
        "nonblocking broadcast")
    }
  }

  /// A rank that is late holds up the others' sum, not their work.
  private static func checkSums(_ world: Communicator) throws {
    let buckets = 6
    let arena = Arena<Int64>(buckets * 7, repeating: 0)
    let sums = try (0..<buckets).map {
      try world.planSum($0 * 7..<($0 + 1) * 7, of: arena.values, ownedBy: arena)
    }
    for round in 1...3 {
      for index in arena.values.indices { arena.values[index] = Int64(index * round) }
      if world.rank != 0 {
        try sums[0].start()
        try require(try sums[0].poll(), false, "a sum without rank 0")
      }
      try world.barrier()
      if world.rank == 0 { try sums[0].start() }
      for sum in sums.dropFirst() {
        try sum.start()
        _ = try sums[0].poll()
      }
      for sum in sums { try sum.wait() }
      try require(
        Array(arena.values), arena.values.indices.map { Int64($0 * round * world.size) },
        "sum in buckets")
    }
  }

  /// Dropping an unfinished operation must neither hang nor free memory under MPI's hands.
  private static func checkDropped(_ world: Communicator) throws {
    for _ in 0..<10 {
      let arena = Arena<Int64>(27, repeating: 1)
      _ = try world.startBroadcast(arena.values, ownedBy: arena)
      try world.planSum(0..<7, of: arena.values, ownedBy: arena).start()
    }
    try require(
      try world.allReduceMax(Int64(world.rank)), Int64(world.size - 1), "after dropped ones")
  }
}
