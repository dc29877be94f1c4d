import MPI

extension SelfTest {
  static func checkNonblocking(_ world: Communicator) throws {
    try checkOwned(world)
    try checkUnowned(world)
    try checkSeveral(world)
    try checkDropped(world)
  }

  private static func checkOwned(_ world: Communicator) throws {
    let (rank, size) = (world.rank, world.size)
    var buffer = MPIBuffer<Int64>(repeating: 0, count: 25)
    for index in 0..<buffer.count { buffer[index] = Int64(index * size + rank) }
    var sum = try world.startAllReduceSum(buffer)
    while try !sum.poll() {}
    let result = try sum.wait()
    for index in 0..<result.count {
      let expected = Int64(index * size * size + size * (size - 1) / 2)
      try require(result[index], expected, "nonblocking sum at \(index)")
    }

    for root in 0..<size {
      let message = MPIBuffer<Float>(repeating: rank == root ? Float(root) + 0.25 : 0, count: 19)
      let received = try world.startBroadcast(message, root: root).wait()
      try require(received.count, 19, "length of the broadcast")
      for index in 0..<received.count {
        try require(received[index], Float(root) + 0.25, "nonblocking broadcast")
      }
    }
  }

  private static func checkUnowned(_ world: Communicator) throws {
    let arena = UnsafeMutableBufferPointer<Double>.allocate(capacity: 28)
    defer { arena.deallocate() }
    arena.initialize(repeating: world.rank == world.size - 1 ? 7.5 : 0)
    var pending = try world.startBroadcast(unowned: arena, root: world.size - 1)
    let deadline = ContinuousClock.now.advanced(by: .seconds(30))
    try require(try pending.poll(until: deadline), true, "broadcast before the deadline")
    try pending.wait()
    try require(Array(arena), [Double](repeating: 7.5, count: 28), "broadcast into an arena")

    // A rank that is late lets the others' deadline pass; the operation still completes after it.
    let values = UnsafeMutableBufferPointer<Int64>.allocate(capacity: 3)
    defer { values.deallocate() }
    values.initialize(repeating: Int64(world.rank))
    var sum: PendingOperation?
    if world.rank != 0 {
      var early = try world.startAllReduceSum(unowned: values)
      let short = ContinuousClock.now.advanced(by: .milliseconds(20))
      try require(try early.poll(until: short), false, "sum without rank 0")
      sum = consume early
    }
    try world.barrier()
    if world.rank == 0 { sum = try world.startAllReduceSum(unowned: values) }
    try sum?.wait()
    let rankSum = Int64(world.size * (world.size - 1) / 2)
    try require(Array(values), [rankSum, rankSum, rankSum], "sum in an arena")
  }

  private static func checkSeveral(_ world: Communicator) throws {
    let buckets = 6
    let arena = UnsafeMutableBufferPointer<Int64>.allocate(capacity: buckets * 10)
    defer { arena.deallocate() }
    var pending = PendingOperations(capacity: buckets)
    for round in 1...3 {
      for index in arena.indices { arena[index] = Int64(index * round) }
      for bucket in 0..<buckets {
        let part = arena[bucket * 10..<(bucket + 1) * 10]
        pending.append(
          try world.startAllReduceSum(unowned: UnsafeMutableBufferPointer(rebasing: part)))
        _ = try pending.poll()
      }
      try pending.waitAll()
      try require(pending.count, 0, "operations left")
      try require(
        Array(arena), arena.indices.map { Int64($0 * round * world.size) }, "sum in buckets")
    }
  }

  /// Dropping an unfinished operation must neither hang nor free memory under MPI's hands.
  private static func checkDropped(_ world: Communicator) throws {
    for _ in 0..<10 {
      _ = try world.startAllReduceSum(MPIBuffer<Int64>(repeating: 1, count: 27))
    }
    try require(try world.allReduceSum(Int64(1)), Int64(world.size), "sum after dropped ones")
  }
}
