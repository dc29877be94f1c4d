import MPI

extension SelfTest {
  static func checkCollectives(_ world: Communicator) throws {
    try world.barrier()
    let (rank, size) = (world.rank, world.size)
    let rankSum = size * (size - 1) / 2

    for root in 0..<size {
      var numbers = (0..<25).map { Int64(rank == root ? $0 * 3 + root : -1) }
      try world.broadcast(&numbers, root: root)
      try require(numbers, (0..<25).map { Int64($0 * 3 + root) }, "broadcast")
      try require(
        try world.broadcast(rank == root ? "größe \(root)" : "other", root: root),
        "größe \(root)", "broadcast of text")
      try require(
        try world.broadcast(Double(rank) + 0.5, root: root), Double(root) + 0.5,
        "broadcast of a number")
    }

    var sums = (0..<25).map { Int64($0) << 40 + Int64(rank) }
    try world.allReduceSum(&sums)
    try require(
      sums, (0..<25).map { Int64(size) * (Int64($0) << 40) + Int64(rankSum) }, "sum of Int64")
    var floats = (0..<25).map { Float($0) + Float(rank) }
    try world.allReduceSum(&floats)
    try require(
      floats, (0..<25).map { Float(size * $0 + rankSum) }, "sum of Float")
    var shares = [Double(rank) / 4]
    try world.allReduceSum(&shares)
    try require(shares, [Double(rankSum) / 4], "sum of Double")
    var smalls = [Int32(rank)]
    try world.allReduceSum(&smalls)
    try require(smalls, [Int32(rankSum)], "sum of Int32")
    var naturals = [UInt64(rank)]
    try world.allReduceSum(&naturals)
    try require(naturals, [UInt64(rankSum)], "sum of UInt64")
    try require(try world.allReduceMin(Int64(rank) - 5), -5, "minimum")
    try require(try world.allReduceMax(Float(rank)), Float(size - 1), "maximum")

    try checkGathers(world)
  }

  static func checkGathers(_ world: Communicator) throws {
    let (rank, size) = (world.rank, world.size)
    try require(
      try world.allGather(UInt32(rank * rank)), (0..<size).map { UInt32($0 * $0) },
      "all-gather of numbers")
    try require(
      try world.allGather((0..<9).map { Int32(rank * 9 + $0) }), (0..<Int32(size * 9)).map { $0 },
      "all-gather of arrays")
    let blocks = try world.allGatherVariable([UInt8](repeating: UInt8(rank + 1), count: 4 * rank))
    try require(
      blocks, (0..<size).map { [UInt8](repeating: UInt8($0 + 1), count: 4 * $0) },
      "all-gather of different lengths")

    let texts = try world.gather(rank % 2 == 0 ? "rank \(rank)" : nil, root: size - 1)
    let expected = (0..<size).map { $0 % 2 == 0 ? "rank \($0)" : nil }
    try require(texts, rank == size - 1 ? expected : [], "gathered texts")
    try require(try world.firstFailure(nil), nil, "no failure")
    try checkEquality(world)
  }

  /// Facts and numbers that all ranks should have the same of.
  static func checkEquality(_ world: Communicator) throws {
    let (rank, size) = (world.rank, world.size)
    func complaint(_ facts: [SharedFact]) throws -> String? {
      do {
        try world.requireEqual(facts, advice: "do something")
        return nil
      } catch let error as SharedFailure {
        return error.description
      }
    }
    let same = [SharedFact("a", "1"), SharedFact("b", "zwei\n2")]
    try require(try complaint(same), nil, "equal facts")
    try require(try complaint([]) == nil, true, "no facts")
    try require(try world.firstDifference(in: [1, 2, 3]) == nil, true, "equal numbers")
    guard size > 1 else { return }
    let odd = try complaint(same + (rank == size - 1 ? [SharedFact("c", "x")] : []))
    try require(
      odd?.hasPrefix("the ranks differ in c: unknown on rank") == true
        && odd?.contains("x on rank \(size - 1) (") == true
        && odd?.hasSuffix("); do something") == true, true, "a fact of one rank: \(odd ?? "")")
    let both = try complaint([SharedFact("a", "\(min(rank, 1))"), SharedFact("b", "\(rank)")])
    try require(
      both?.hasPrefix("the ranks differ in a: 0 on rank 0 ("), true,
      "the first of two facts that differ: \(both ?? "")")
    let difference = try world.firstDifference(in: [7, rank == 0 ? 8 : 9, UInt64(rank)])
    try require(difference?.index, 1, "where numbers differ")
    let culprits = size == 2 ? "ranks 0-1 (" : "rank 0 ("
    try require(
      difference?.ranks.hasPrefix(culprits), true, "who differs: \(difference?.ranks ?? "")")
  }

  static func checkGroups(_ world: Communicator) throws {
    let (rank, size) = (world.rank, world.size)
    let node = try world.splitByNode()
    try require(node.size, size, "ranks on this node")
    try require(node.rank, rank, "rank on this node")

    for _ in 0..<20 {
      guard let half = try world.split(color: Int32(rank % 2), key: Int32(-rank)) else {
        throw SelfTestFailure("split with a color returned no communicator")
      }
      let members = (0..<size).filter { $0 % 2 == rank % 2 }.reversed().map(Int64.init)
      try require(try half.allGather(Int64(rank)), members, "ranks of a half, in reverse order")
    }
    let none = try world.split(color: rank == 0 ? 0 : nil)
    try require(none == nil, rank != 0, "a rank without color is in no group")
  }

  static func checkErrors(_ world: Communicator) throws {
    do {
      _ = try Universe()
      throw SelfTestFailure("MPI started twice")
    } catch let error as MPIError {
      try require(
        error.description, "MPI_Init_thread failed: MPI was already started in this process",
        "error of a second start")
    }
    if let small = try world.split(color: 0, largestCount: 7) {
      do {
        let arena = Arena<Int64>(29, repeating: 1)
        _ = try small.startBroadcast(arena.values, ownedBy: arena)
        throw SelfTestFailure("more parts than one operation holds were accepted")
      } catch let error as MPIError {
        try require(
          error.message, "29 elements are more than the 28 of one operation", "too large a count")
      }
    }
    do {
      try world.broadcast([1, 2], root: world.size)
    } catch {
      try require(error.rank, world.rank, "rank of the error")
      try require(error.call, "MPI_Bcast", "call of the error")
      try require(error.message.contains("\(world.size)"), true, "root in the message")
      return
    }
    throw SelfTestFailure("a root outside the group was accepted")
  }
}

extension Communicator {
  fileprivate func broadcast(_ values: [Int64], root: Int) throws(MPIError) {
    var values = values
    try broadcast(&values, root: root)
  }
}
