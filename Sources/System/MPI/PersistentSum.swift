internal import CAllocationCounter
internal import COpenMPI
internal import RankWatch

/// A sum over the ranks of one piece of memory, planned once and started as often as wanted
/// (persistent collective, MPI-4.0 §6.13): what MPI needs for it is reserved when it is made.
///
/// All ranks must make and start their sums in the same order. The sum keeps what its memory belongs to;
/// nobody may touch the memory between `start` and the end of `wait`.
public final class PersistentSum {
  /// In elements, as the creator counts them.
  public let range: Range<Int>
  private var request: MPI_Request?
  private let rank: Int
  private let activity: RankActivity
  private var isActive = false
  private let owner: AnyObject

  init(
    _ range: Range<Int>, of memory: UnsafeMutableBufferPointer<Int64>, ownedBy owner: AnyObject,
    communicator: MPI_Comm?, ranks: Int, rank: Int,
    activity: RankActivity
  ) throws(MPIError) {
    self.range = range
    self.rank = rank
    self.activity = activity
    self.owner = owner
    request = cmpi_request_null()
    guard cmpi_has_allreduce_init() != 0 else {
      throw MPIError(
        code: MPI_ERR_OTHER, call: "MPI_Allreduce_init", rank: rank,
        message: "\(MPILibrary.version) has no persistent collectives; use Open MPI 4 or later")
    }
    let part = UnsafeMutableBufferPointer(rebasing: memory[range])
    let code = SumAlgorithm(bytes: 8 * part.count, ranks: ranks).choose {
      cmpi_allreduce_init(
        part.baseAddress, Int32(part.count), Int64.mpiType.handle, cmpi_sum(), communicator,
        &request)
    }
    try check(code, "MPI_Allreduce_init", rank: rank)
  }

  deinit {
    var finalized: Int32 = 0
    guard MPI_Finalized(&finalized) == MPI_SUCCESS, finalized == 0 else { return }
    if isActive { MPI_Wait(&request, cmpi_status_ignore()) }
    MPI_Request_free(&request)
  }

  /// Starts the sum.
  public func start() throws(MPIError) {
    try check(inLibrary { MPI_Start(&request) }, "MPI_Start", rank: rank)
    isActive = true
  }

  /// Drives progress without blocking; true once the sum is complete.
  public func poll() throws(MPIError) -> Bool {
    guard isActive else { return true }
    var flag: Int32 = 0
    let code = inLibrary { MPI_Test(&request, &flag, cmpi_status_ignore()) }
    try check(code, "MPI_Test", rank: rank)
    isActive = flag == 0
    return !isActive
  }

  /// Blocks until the sum is complete.
  public func wait() throws(MPIError) {
    guard isActive else { return }
    isActive = false
    let code = activity.exchange { inLibrary { MPI_Wait(&request, cmpi_status_ignore()) } }
    try check(code, "MPI_Wait", rank: rank)
  }
}

/// Counts what MPI allocates as a library's.
func inLibrary(_ call: () -> Int32) -> Int32 {
  switch_dist_enter_library()
  defer { switch_dist_leave_library() }
  return call()
}

extension Communicator {
  /// Plans a sum over the ranks of a part of `memory`, which belongs to `owner`; collective.
  public func planSum(
    _ range: Range<Int>, of memory: UnsafeMutableBufferPointer<Int64>, ownedBy owner: AnyObject
  ) throws(MPIError) -> PersistentSum {
    try refuse(range.count > largestCount, "MPI_Allreduce_init") {
      "\(range.count) elements are more than the \(largestCount) of one operation"
    }
    return try PersistentSum(
      range, of: memory, ownedBy: owner, communicator: handle, ranks: size, rank: worldRank,
      activity: activity)
  }
}
