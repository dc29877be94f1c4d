internal import COpenMPI
internal import Glibc
public import RankWatch

/// The MPI library between `MPI_Init_thread` and `MPI_Finalize`; one per process.
///
/// Only the thread that made it may call MPI (`MPI_THREAD_FUNNELED`, MPI-3.1 §12.4). Started
/// without `mpirun`, the process is a world of one rank.
///
/// Dropping a universe without `finalize()` leaves MPI running: `MPI_Finalize` waits for all ranks,
/// so a rank that is unwinding after an error must not call it. The launcher then ends the others.
public struct Universe: ~Copyable {
  /// All ranks of the job.
  public let world: Communicator

  /// Starts MPI. Errors of MPI calls become throws instead of ending the process.
  ///
  /// - Throws: `MPIError` when MPI was started before in this process, or does not start.
  public init() throws(MPIError) {
    var started: Int32 = 0
    try check(MPI_Initialized(&started), "MPI_Initialized", rank: -1)
    guard started == 0 else {
      throw MPIError(
        code: MPI_ERR_OTHER, call: "MPI_Init_thread", rank: -1,
        message: "MPI was already started in this process")
    }
    Self.prepareToBeAlone()
    HostBridges.avoid()
    var provided: Int32 = 0
    try check(
      MPI_Init_thread(nil, nil, Int32(MPI_THREAD_FUNNELED), &provided), "MPI_Init_thread", rank: -1)
    guard provided >= Int32(MPI_THREAD_FUNNELED) else {
      throw MPIError(
        code: MPI_ERR_OTHER, call: "MPI_Init_thread", rank: -1,
        message: "this MPI library does not allow threads beside MPI (MPI_THREAD_FUNNELED)")
    }
    for communicator in [cmpi_comm_world(), cmpi_comm_self()] {
      try check(
        MPI_Comm_set_errhandler(communicator, cmpi_errors_return()), "MPI_Comm_set_errhandler",
        rank: -1)
    }
    world = try Communicator(
      handle: cmpi_comm_world(), ownership: .predefined, worldRank: nil,
      activity: RankActivity())
  }

  /// Ends MPI. Every rank must come here; MPI waits for all of them.
  public consuming func finalize() throws(MPIError) {
    try check(MPI_Finalize(), "MPI_Finalize", rank: world.rank)
  }

  /// The exit code of a job in which a rank failed by itself, which nobody foresaw and which may go well
  /// another time; sysexits.h's.
  public static let failedRankExitCode = EX_SOFTWARE

  /// Starts MPI, runs `body` on the world and ends MPI.
  ///
  /// A `SharedFailure`, which all ranks throw together, is printed by rank 0 as `error: …` before
  /// MPI ends in order (afterwards the launcher might end rank 0 first), and is thrown on. Any
  /// other error of `body` is this rank's alone: it prints `rank R: error` and ends all ranks with
  /// `failedRankExitCode`.
  ///
  /// - Parameter stalls: how long the job may stand still; see `RankWatch`.
  public static func run(
    stalls: StallPolicy = StallPolicy(), _ body: (Communicator) throws -> Void
  ) throws {
    let universe = try watched(stalls)
    var shared: SharedFailure?
    var failure: String?
    do {
      try body(universe.world)
    } catch let error as SharedFailure {
      shared = error
    } catch {
      failure = "\(error)"
    }
    let watch = universe.world.watch
    if let failure {
      watch?.stop()
      universe.world.endJob(failure, exitCode: failedRankExitCode)
    }
    // Ranks that are not connected are all the first of their world.
    let speaks = universe.world.size > 1 ? universe.world.rank == 0 : launcherRank == 0
    if let shared, speaks { printError("error: \(shared)") }
    universe.world.activity.enter(.ending)
    try universe.finalize()
    watch?.stop()
    if let shared { throw shared }
  }

  /// Starts MPI and the watch over all ranks, in bounded time.
  private static func watched(_ stalls: StallPolicy) throws(MPIError) -> Universe {
    let bringUp = BringUpWatch(
      rank: launcherRank, host: Communicator.hostName, speaks: speaksOfBringUp, policy: stalls)
    defer { bringUp.stop() }
    let universe = try Universe()
    try universe.world.startWatch(stalls)
    return universe
  }

  /// Tells Open MPI 4 that this process will start no others, if no launcher gave it a rank: without being
  /// told it starts a daemon that could do so, and fails where that finds no ssh, as in containers. In a
  /// job of Slurm it would end the process instead, for want of an interface that srun did not offer. Open
  /// MPI 5 has no such daemon and does not know the variable.
  private static func prepareToBeAlone() {
    guard number(in: connectingVariables) == nil else { return }
    setenv("OMPI_MCA_ess_singleton_isolated", "1", 0)
    unsetenv("SLURM_NODELIST")
  }

  /// The rank that the launcher's environment names (Open MPI, PMIx, Slurm), for messages before
  /// MPI starts; 0 without a launcher.
  public static var launcherRank: Int {
    number(in: rankVariables) ?? 0
  }

  /// Of launchers that connect the ranks.
  private static let connectingVariables = ["OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"]
  private static let rankVariables = connectingVariables + ["SLURM_PROCID"]

  /// Rank 0, rank 1 where it is rank 0 that does not come, and the first of each other host.
  private static var speaksOfBringUp: Bool {
    launcherRank <= 1 || number(in: ["OMPI_COMM_WORLD_LOCAL_RANK", "SLURM_LOCALID"]) == 0
  }

  /// The number of ranks that the launcher's environment promises; 1 without a launcher.
  ///
  /// Larger than `world.size` when the launcher and this MPI library do not understand each other
  /// (`srun` without `--mpi=pmix`): every process then is a world of its own.
  public static var launcherSize: Int {
    number(in: ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"]) ?? 1
  }

  /// Of the first variable that holds one.
  private static func number(in variables: [String]) -> Int? {
    for variable in variables {
      if let value = getenv(variable), let number = Int(String(cString: value)) { return number }
    }
    return nil
  }
}

/// Prints a line on standard error in one write, so that lines of several ranks do not mix.
func printError(_ line: String) {
  let bytes = Array((line + "\n").utf8)
  _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
