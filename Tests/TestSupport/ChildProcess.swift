import Foundation

/// A command run to its end, for tests that need real processes: end-to-end and parallel ones.
public struct ChildProcess: Sendable {
  /// What became of a command.
  public struct Outcome: Sendable {
    /// 0 for success; 128 + the signal where one ended the process.
    public let exitCode: Int32
    public let standardOutput: String
    public let standardError: String
    /// The command was ended because its time was up.
    public fileprivate(set) var timedOut: Bool

    /// Both streams, for messages and searches.
    public var output: String { standardOutput + standardError }
  }

  /// Runs a command without input.
  ///
  /// - Parameters:
  ///   - arguments: the program (a path, or a name looked up in PATH) and its arguments.
  ///   - environment: variables set beside the inherited ones; nil removes one.
  ///   - timeout: seconds until the command is ended.
  ///   - whileRunning: called once the command has started, to send it a signal, say.
  public static func run(
    _ arguments: [String], environment: [String: String?] = [:],
    directory: String? = nil, timeout: Double = 300,
    whileRunning: ((_ process: Int32) -> Void)? = nil
  ) throws -> Outcome {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "child-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }

    // Files, unlike pipes, cannot fill up and stop a command that nobody reads from.
    let (output, outputFile) = try makeFile(folder, "output")
    let (errors, errorFile) = try makeFile(folder, "errors")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // Threads of a thread pool block signals, and a command would inherit that.
    process.arguments = ["--default-signal"] + arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
    process.environment = ProcessInfo.processInfo.environment
    for (name, value) in environment { process.environment?[name] = value }

    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    try process.run()
    whileRunning?(process.processIdentifier)
    var timedOut = false
    if ended.wait(timeout: .now() + timeout) == .timedOut {
      timedOut = true
      process.terminate()
      if ended.wait(timeout: .now() + 5) == .timedOut {
        kill(process.processIdentifier, SIGKILL)
        ended.wait()
      }
    }
    let status = process.terminationStatus
    return Outcome(
      exitCode: process.terminationReason == .exit ? status : 128 + status,
      standardOutput: String(decoding: try Data(contentsOf: outputFile), as: UTF8.self),
      standardError: String(decoding: try Data(contentsOf: errorFile), as: UTF8.self),
      timedOut: timedOut)
  }

  /// Runs a built program on several ranks under `mpirun`.
  ///
  /// - Parameters:
  ///   - ranks: more than there are cores is allowed.
  ///   - arguments: the program and its arguments.
  public static func runParallel(
    ranks: Int, _ arguments: [String], environment: [String: String?] = [:],
    directory: String? = nil, timeout: Double = 300,
    whileRunning: ((_ process: Int32) -> Void)? = nil
  ) throws -> Outcome {
    try launch(
      ["-n", "\(ranks)"] + arguments, environment, directory, timeout, whileRunning)
  }

  /// Runs programs as the ranks of one job, each with arguments and variables of its own.
  public static func runTogether(
    _ ranks: [Rank], directory: String? = nil, timeout: Double = 300
  ) throws -> Outcome {
    // One program that becomes several: Open MPI 5.0.7's mpirun crashes where programs follow one
    // another with a colon.
    let cases = ranks.enumerated().map { index, rank in
      let variables = rank.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      let command = (["/usr/bin/env"] + variables + rank.arguments).map(quoted)
      return "\(index)) exec \(command.joined(separator: " ")) ;;"
    }
    let script = "case $OMPI_COMM_WORLD_RANK in \(cases.joined(separator: " ")) esac"
    return try launch(
      ["-n", "\(ranks.count)", "/bin/sh", "-c", script], [:], directory, timeout, nil)
  }

  /// As one word of a shell.
  private static func quoted(_ argument: String) -> String {
    "'" + argument.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }

  /// One rank of `runTogether`.
  public struct Rank: Sendable {
    var arguments: [String]
    var environment: [String: String]

    public init(_ arguments: [String], environment: [String: String] = [:]) {
      self.arguments = arguments
      self.environment = environment
    }
  }

  private static func launch(
    _ arguments: [String], _ environment: [String: String?], _ directory: String?,
    _ timeout: Double, _ whileRunning: ((_ process: Int32) -> Void)?
  ) throws -> Outcome {
    var variables = parallelEnvironment
    variables["MPIEXEC_TIMEOUT"] = "\(Int(timeout))"
    variables.merge(environment) { $1 }
    // Several parallel jobs at once on few cores would only wait for each other.
    oneParallelJob.lock()
    defer { oneParallelJob.unlock() }
    // mpirun's own limit comes first and takes the ranks down with it.
    var outcome = try run(
      ["mpirun", "--oversubscribe"] + arguments, environment: variables,
      directory: directory, timeout: timeout + 15, whileRunning: whileRunning)
    let limitReached = "time limit for job execution has been reached"
    outcome.timedOut = outcome.timedOut || outcome.standardError.contains(limitReached)
    return outcome
  }

  /// What `mpirun` needs as root, and with more ranks than cores.
  public static let parallelEnvironment: [String: String?] = [
    "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "OMPI_MCA_mpi_yield_when_idle": "1", "OMPI_MCA_hwloc_base_binding_policy": "none",
    "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
  ]

  private static let oneParallelJob = NSLock()

  /// A program of this package, in the build folder the test bundle lies in.
  public static func program(_ name: String) throws -> String {
    let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    var candidates = [URL(fileURLWithPath: bundle).deletingLastPathComponent()]
    candidates += CommandLine.arguments.filter { $0.hasSuffix(".xctest") }.map {
      URL(fileURLWithPath: $0).deletingLastPathComponent()
    }
    for folder in candidates {
      let path = folder.appendingPathComponent(name).path
      if FileManager.default.isExecutableFile(atPath: path) { return path }
    }
    throw MissingProgram(name: name, folders: candidates.map(\.path))
  }

  private static func makeFile(_ folder: URL, _ name: String) throws -> (FileHandle, URL) {
    let url = folder.appendingPathComponent(name)
    try Data().write(to: url)
    return (try FileHandle(forWritingTo: url), url)
  }
}

/// A program that the tests need has not been built.
public struct MissingProgram: Error, CustomStringConvertible {
  let name: String
  let folders: [String]
  public var description: String {
    "\(name) is not in \(folders.joined(separator: ", ")): build it first, as launch/test does"
  }
}
