internal import COpenMPI

// Blocking collectives on memory of the caller. Every rank of the group must make the same call
// with the same count; MPI cannot tell otherwise.
extension Communicator {
  /// Copies the root's elements to every rank (MPI-3.1 §5.4).
  public func broadcast<Scalar: MPIScalar>(
    _ buffer: UnsafeMutableBufferPointer<Scalar>, root: Int = 0
  ) throws(MPIError) {
    let root = try checkedRoot(root, "MPI_Bcast")
    for part in parts(of: buffer.count) {
      try check(
        waiting {
          MPI_Bcast(
            UnsafeMutableBufferPointer(rebasing: buffer[part]).baseAddress, Int32(part.count),
            Scalar.mpiType.handle, root, handle)
        },
        "MPI_Bcast", rank: worldRank)
    }
  }

  /// Replaces each element by its sum over the ranks (MPI-3.1 §5.9). Integers wrap on overflow;
  /// sums of floating-point numbers depend on the number of ranks.
  public func allReduceSum<Scalar: MPIScalar>(
    _ buffer: UnsafeMutableBufferPointer<Scalar>
  ) throws(MPIError) {
    try allReduce(buffer, .sum)
  }

  /// Replaces each element by its minimum over the ranks.
  public func allReduceMin<Scalar: MPIScalar>(
    _ buffer: UnsafeMutableBufferPointer<Scalar>
  ) throws(MPIError) {
    try allReduce(buffer, .minimum)
  }

  /// Replaces each element by its maximum over the ranks.
  public func allReduceMax<Scalar: MPIScalar>(
    _ buffer: UnsafeMutableBufferPointer<Scalar>
  ) throws(MPIError) {
    try allReduce(buffer, .maximum)
  }

  /// Puts the `input` of every rank, all of one length, into `output` in the order of the ranks
  /// (MPI-3.1 §5.7).
  ///
  /// - output: `size` × `input.count` elements.
  public func allGather<Scalar: MPIScalar>(
    _ input: UnsafeBufferPointer<Scalar>, into output: UnsafeMutableBufferPointer<Scalar>
  ) throws(MPIError) {
    try refuse(output.count != size * input.count, "MPI_Allgather") {
      "\(size) × \(input.count) elements do not fit a result of \(output.count)"
    }
    if input.count <= largestCount {
      try check(
        waiting {
          MPI_Allgather(
            input.baseAddress, Int32(input.count), Scalar.mpiType.handle, output.baseAddress,
            Int32(input.count), Scalar.mpiType.handle, handle)
        },
        "MPI_Allgather", rank: worldRank)
    } else {
      let counts = [Int](repeating: input.count, count: size)
      try gatherByBroadcast(input, counts: counts, into: output)
    }
  }

  private func allReduce<Scalar: MPIScalar>(
    _ buffer: UnsafeMutableBufferPointer<Scalar>, _ reduction: Reduction
  ) throws(MPIError) {
    for part in parts(of: buffer.count) {
      let start = UnsafeMutableBufferPointer(rebasing: buffer[part]).baseAddress
      let code = waiting {
        MPI_Allreduce(
          cmpi_in_place(), start, Int32(part.count), Scalar.mpiType.handle, reduction.handle,
          handle)
      }
      try check(code, "MPI_Allreduce", rank: worldRank)
    }
  }

  /// Puts blocks of different lengths into `output` in the order of the ranks.
  func allGatherVariable<Scalar: MPIScalar>(
    _ input: UnsafeBufferPointer<Scalar>, counts: [Int],
    into output: UnsafeMutableBufferPointer<Scalar>
  ) throws(MPIError) {
    guard output.count <= largestCount else {
      return try gatherByBroadcast(input, counts: counts, into: output)
    }
    var offsets: [Int32] = []
    var offset: Int32 = 0
    for count in counts {
      offsets.append(offset)
      offset += Int32(count)
    }
    try check(
      waiting {
        MPI_Allgatherv(
          input.baseAddress, Int32(input.count), Scalar.mpiType.handle, output.baseAddress,
          counts.map(Int32.init), offsets, Scalar.mpiType.handle, handle)
      },
      "MPI_Allgatherv", rank: worldRank)
  }

  /// MPI 3.1 takes offsets in 32 bits; larger results go by one broadcast from each rank.
  private func gatherByBroadcast<Scalar: MPIScalar>(
    _ input: UnsafeBufferPointer<Scalar>, counts: [Int],
    into output: UnsafeMutableBufferPointer<Scalar>
  ) throws(MPIError) {
    var offset = 0
    for (root, count) in counts.enumerated() {
      let block = UnsafeMutableBufferPointer(rebasing: output[offset..<offset + count])
      if root == rank { _ = block.update(fromContentsOf: input) }
      try broadcast(block, root: root)
      offset += count
    }
  }

  func checkedRoot(_ root: Int, _ call: String) throws(MPIError) -> Int32 {
    try refuse(root < 0 || root >= size, call) {
      "root \(root) is not one of the \(size) ranks"
    }
    return Int32(root)
  }

  /// The index ranges of at most `largestCount` elements that make up `count`.
  func parts(of count: Int) -> some Sequence<Range<Int>> {
    let largestCount = largestCount
    return stride(from: 0, to: count, by: largestCount).lazy.map {
      $0..<min($0 + largestCount, count)
    }
  }
}
