internal import COpenMPI

// Nonblocking collectives (MPI-3.1 §5.12). All ranks must start them in the same order.
extension Communicator {
  /// Starts replacing each element by its sum over the ranks.
  ///
  /// - Returns: the operation, whose `wait()` gives the buffer back.
  public func startAllReduceSum<Scalar: MPIScalar>(
    _ buffer: consuming MPIBuffer<Scalar>
  ) throws(MPIError) -> PendingBuffer<Scalar> {
    try requireStartable(buffer.count, "MPI_Iallreduce")
    let storage = buffer.release()
    do {
      return PendingBuffer(try allReduceSumRequests(storage), storage: storage)
    } catch {
      storage.deallocate()
      throw error
    }
  }

  /// Starts copying the root's elements to every rank.
  public func startBroadcast<Scalar: MPIScalar>(
    _ buffer: consuming MPIBuffer<Scalar>, root: Int = 0
  ) throws(MPIError) -> PendingBuffer<Scalar> {
    try requireStartable(buffer.count, "MPI_Ibcast")
    let storage = buffer.release()
    do {
      return PendingBuffer(try broadcastRequests(storage, root: root), storage: storage)
    } catch {
      storage.deallocate()
      throw error
    }
  }

  /// Starts a sum over the ranks in memory that is not owned by the operation.
  ///
  /// The memory must outlive the operation, and nobody may touch it before `wait()` has returned
  /// or `poll()` was true.
  public func startAllReduceSum<Scalar: MPIScalar>(
    unowned buffer: UnsafeMutableBufferPointer<Scalar>
  ) throws(MPIError) -> PendingOperation {
    try requireStartable(buffer.count, "MPI_Iallreduce")
    return PendingOperation(try allReduceSumRequests(buffer))
  }

  /// Starts a broadcast in memory that is not owned by the operation; see
  /// `startAllReduceSum(unowned:)`. The root may read the memory, but not write to it.
  public func startBroadcast<Scalar: MPIScalar>(
    unowned buffer: UnsafeMutableBufferPointer<Scalar>, root: Int = 0
  ) throws(MPIError) -> PendingOperation {
    try requireStartable(buffer.count, "MPI_Ibcast")
    return PendingOperation(try broadcastRequests(buffer, root: root))
  }

  private func requireStartable(_ count: Int, _ call: String) throws(MPIError) {
    try refuse(count > RequestSet.capacity * largestCount, call) {
      "\(count) elements are more than the \(RequestSet.capacity * largestCount) of one operation"
    }
  }

  private func allReduceSumRequests<Scalar: MPIScalar>(
    _ buffer: UnsafeMutableBufferPointer<Scalar>
  ) throws(MPIError) -> RequestSet {
    try requests("MPI_Iallreduce", buffer) { start, count, request in
      MPI_Iallreduce(
        cmpi_in_place(), start, count, Scalar.mpiType.handle, cmpi_sum(), handle, &request)
    }
  }

  private func broadcastRequests<Scalar: MPIScalar>(
    _ buffer: UnsafeMutableBufferPointer<Scalar>, root: Int
  ) throws(MPIError) -> RequestSet {
    let root = try checkedRoot(root, "MPI_Ibcast")
    return try requests("MPI_Ibcast", buffer) { start, count, request in
      MPI_Ibcast(start, count, Scalar.mpiType.handle, root, handle, &request)
    }
  }

  /// Starts one request for each part; when one fails, waits for those before it.
  private func requests<Scalar: MPIScalar>(
    _ call: StaticString, _ buffer: UnsafeMutableBufferPointer<Scalar>,
    start: (UnsafeMutablePointer<Scalar>?, Int32, inout MPI_Request?) -> Int32
  ) throws(MPIError) -> RequestSet {
    var set = RequestSet(call: call, rank: worldRank)
    for part in parts(of: buffer.count) {
      var request: MPI_Request? = cmpi_request_null()
      let block = UnsafeMutableBufferPointer(rebasing: buffer[part])
      let code = inLibrary { start(block.baseAddress, Int32(part.count), &request) }
      if code != MPI_SUCCESS {
        set.waitSilently()
        throw MPIError(code: code, call: "\(call)", rank: worldRank)
      }
      set.append(request)
    }
    return set
  }
}
