internal import COpenMPI
internal import Glibc
public import RankWatch

/// A group of ranks that exchange messages (MPI-3.1 §6).
///
/// The world belongs to MPI and is never freed; a communicator made by `split` is freed when its
/// last reference goes. Counts above `largestCount` are sent in several calls.
public final class Communicator {
  enum Ownership {
    /// MPI's own; never freed.
    case predefined
    /// Made by a call of ours; freed with the last reference.
    case owned
  }

  /// This process' place in the group, 0 ..< `size`.
  public let rank: Int
  /// The number of ranks in the group.
  public let size: Int
  /// Elements per MPI call: MPI 3.1 counts in 32 bits.
  public let largestCount: Int

  /// The rank in the world, which errors name.
  let worldRank: Int
  let handle: MPI_Comm
  /// What the rank's main thread is at; of the whole process.
  public let activity: RankActivity
  /// Tells when the job stands still; of the world, where it has several ranks.
  public internal(set) var watch: RankWatch?
  private let ownership: Ownership

  /// The largest count a call takes unless a smaller one is asked for.
  public static let defaultLargestCount = 1 << 30

  init(
    handle: MPI_Comm, ownership: Ownership, worldRank: Int?, activity: RankActivity,
    largestCount: Int = defaultLargestCount
  ) throws(MPIError) {
    var rank: Int32 = -1
    var size: Int32 = 0
    try check(MPI_Comm_rank(handle, &rank), "MPI_Comm_rank", rank: worldRank ?? -1)
    try check(MPI_Comm_size(handle, &size), "MPI_Comm_size", rank: worldRank ?? -1)
    self.rank = Int(rank)
    self.size = Int(size)
    self.worldRank = worldRank ?? Int(rank)
    self.handle = handle
    self.activity = activity
    self.ownership = ownership
    self.largestCount = largestCount
  }

  deinit {
    guard ownership == .owned else { return }
    var finalized: Int32 = 0
    guard MPI_Finalized(&finalized) == MPI_SUCCESS, finalized == 0 else { return }
    var communicator: MPI_Comm? = handle
    MPI_Comm_free(&communicator)
  }

  /// This rank's part of `count` things in a row: contiguous, as even as can be, in the order of the
  /// ranks.
  public func share(of count: Int) -> Range<Int> { share(of: count, rank: rank) }

  /// The part that another rank has.
  public func share(of count: Int, rank: Int) -> Range<Int> {
    (rank * count / size)..<((rank + 1) * count / size)
  }

  /// Groups the ranks that pass the same color, ordered by key, then by rank here. Collective.
  ///
  /// - Parameters:
  ///   - color: 0 or greater, or nil to be in no group.
  ///   - largestCount: elements per MPI call, 1 … 2³¹ − 1.
  /// - Returns: nil where the color is nil.
  public func split(
    color: Int32?, key: Int32 = 0, largestCount: Int = defaultLargestCount
  ) throws(MPIError) -> Communicator? {
    try refuse(largestCount < 1 || largestCount > Int(Int32.max), "MPI_Comm_split") {
      "the largest count must lie in 1 … \(Int32.max), not \(largestCount)"
    }
    var result: MPI_Comm?
    try check(
      waiting { MPI_Comm_split(handle, color ?? Int32(MPI_UNDEFINED), key, &result) },
      "MPI_Comm_split", rank: worldRank)
    return try adopt(result, largestCount: largestCount)
  }

  /// Groups the ranks that share memory, that is, run on one node. Collective.
  public func splitByNode() throws(MPIError) -> Communicator {
    var result: MPI_Comm?
    try check(
      waiting {
        MPI_Comm_split_type(
          handle, Int32(MPI_COMM_TYPE_SHARED), Int32(rank), cmpi_info_null(), &result)
      },
      "MPI_Comm_split_type", rank: worldRank)
    guard let node = try adopt(result, largestCount: largestCount) else {
      throw MPIError(
        code: MPI_ERR_COMM, call: "MPI_Comm_split_type", rank: worldRank,
        message: "MPI returned no communicator for this node")
    }
    return node
  }

  /// Waits until every rank is here.
  public func barrier() throws(MPIError) {
    try check(waiting { MPI_Barrier(handle) }, "MPI_Barrier", rank: worldRank)
  }

  /// A call that returns when the other ranks have come.
  func waiting(_ call: () -> Int32) -> Int32 { activity.exchange { inLibrary(call) } }

  /// Prints `rank R: message` on standard error, once, and ends all ranks of the job. It returns, so that
  /// the compiler may clean up noncopyable values after it.
  ///
  /// - Parameter exitCode: what the launcher returns; 1 … 255.
  func endJob(_ message: String, exitCode: Int32) {
    printError("rank \(worldRank): \(message)")
    // Open MPI 5's launcher drops what it has not read by then.
    usleep(500_000)
    MPI_Abort(cmpi_comm_world(), exitCode)
  }

  private func adopt(_ result: MPI_Comm?, largestCount: Int) throws(MPIError) -> Communicator? {
    guard let result, result != cmpi_comm_null() else { return nil }
    return try Communicator(
      handle: result, ownership: .owned, worldRank: worldRank, activity: activity,
      largestCount: largestCount)
  }

  /// Throws for an argument that MPI would not understand or would crash on.
  func refuse(
    _ condition: Bool, _ call: String, message: () -> String
  ) throws(MPIError) {
    guard condition else { return }
    throw MPIError(code: MPI_ERR_ARG, call: call, rank: worldRank, message: message())
  }
}
