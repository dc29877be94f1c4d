internal import COpenMPI

// Nonblocking collectives (MPI-3.1 §5.12). All ranks must start them in the same order.
extension Communicator {
  /// Starts copying the root's elements to every rank.
  ///
  /// - Parameters:
  ///   - memory: nobody may write to it, and but for the root nobody read it, before `wait()` has
  ///     returned or `poll()` was true.
  ///   - owner: what the memory belongs to; the operation keeps it alive.
  public func startBroadcast<Scalar: MPIScalar>(
    _ memory: UnsafeMutableBufferPointer<Scalar>, ownedBy owner: AnyObject, root: Int = 0
  ) throws(MPIError) -> PendingOperation {
    let largest = RequestSet.capacity * largestCount
    try refuse(memory.count > largest, "MPI_Ibcast") {
      "\(memory.count) elements are more than the \(largest) of one operation"
    }
    let root = try checkedRoot(root, "MPI_Ibcast")
    let requests = try requests("MPI_Ibcast", memory) { start, count, request in
      MPI_Ibcast(start, count, Scalar.mpiType.handle, root, handle, &request)
    }
    return PendingOperation(requests, owner: owner, activity: activity)
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
