internal import COpenMPI
internal import RankWatch

/// The requests of one nonblocking operation: one for each part of a large count.
///
/// A plain value without heap memory, so that starting an operation allocates nothing; the
/// noncopyable types around it see to it that each is waited for once.
struct RequestSet: BitwiseCopyable {
  /// The most parts of one operation.
  static let capacity = 4

  private var requests: InlineArray<4, MPI_Request?> = .init(repeating: nil)
  private var count = 0
  private let call: StaticString
  private let rank: Int

  init(call: StaticString, rank: Int) {
    self.call = call
    self.rank = rank
  }

  mutating func append(_ request: MPI_Request?) {
    requests[count] = request
    count += 1
  }

  /// Drives progress without blocking; true once all parts are complete.
  mutating func poll() throws(MPIError) -> Bool {
    var complete = true
    for index in 0..<count where !isDone(index) {
      var flag: Int32 = 0
      let code = inLibrary { MPI_Test(&requests[index], &flag, cmpi_status_ignore()) }
      try check(code, "\(call)", rank: rank)
      if flag == 0 { complete = false }
    }
    return complete
  }

  /// Blocks until all parts are complete, and only then reports the first error.
  mutating func wait(_ activity: RankActivity) throws(MPIError) {
    var failure: Int32 = MPI_SUCCESS
    for index in 0..<count where !isDone(index) {
      let code = activity.exchange {
        inLibrary { MPI_Wait(&requests[index], cmpi_status_ignore()) }
      }
      if failure == MPI_SUCCESS { failure = code }
    }
    try check(failure, "\(call)", rank: rank)
  }

  /// For `deinit`: memory may only be freed once MPI has let go of it.
  mutating func waitSilently() {
    var finalized: Int32 = 0
    guard MPI_Finalized(&finalized) == MPI_SUCCESS, finalized == 0 else { return }
    for index in 0..<count where !isDone(index) {
      MPI_Wait(&requests[index], cmpi_status_ignore())
    }
  }

  private func isDone(_ index: Int) -> Bool { requests[index] == cmpi_request_null() }
}
