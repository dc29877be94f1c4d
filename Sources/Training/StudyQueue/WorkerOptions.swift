/// How a worker works on a study. Nothing here changes a result.
public struct WorkerOptions: Equatable, Sendable {
  /// Runs at a time.
  public var jobs = 1
  /// Ranks of each run, under mpirun; nil for a run that is one process.
  public var ranks: Int?
  /// Computing threads of each rank; nil for the worker's cores shared out.
  public var threads: Int?
  /// Stay until the runs that others have are done, or nobody's any more.
  public var waits = true
  /// Begin again what failed.
  public var retriesFailed = false

  public init() {}
}
