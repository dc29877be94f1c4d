import ArgumentParser
import Files
import Glibc
import Jobs
import Kernels
import MPI
import Settings
import Training

/// The command line. `train` is the default: `mpirun -n 8 switch-dist` alone trains.
@main
struct SwitchDist: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "switch-dist",
    abstract: "Semi-supervised ultrasound segmentation (Switch), trained over MPI ranks.",
    discussion: """
      One seed gives one result, bit for bit, on any number of ranks and threads. Flags may also \
      be written with underscores, as in the published program: --img_size.
      """,
    version: toolVersion,
    subcommands: [
      Train.self, StudyCommand.self, WatchCommand.self, TestCommand.self, Predict.self,
      ExportCommand.self, Check.self, Convert.self, SplitCommand.self, PhantomCommand.self,
      Inspect.self,
      Diff.self, ReportCommand.self, Bench.self, ScalingCommand.self, SelfTestCommand.self,
      DoctorCommand.self,
    ],
    defaultSubcommand: Train.self)

  static func main() {
    StandardStreams.prepare()
    do {
      // Not even the program's own name: the Swift runtime reads them from /proc.
      guard !CommandLine.arguments.isEmpty else {
        throw ConfigurationError(
          "the arguments cannot be read because /proc is not mounted; mount it in this container")
      }
      ComputingThread.restoreCores()
      ComputingThread.flushDenormals()
      let arguments = kebabCased(Array(CommandLine.arguments.dropFirst()))
      var command = try parseAsRoot(arguments)
      let isAsked = command is Train || command is StudyCommand
      let signals = OrderlySignals(except: isAsked ? StopRequest.signals : [])
      try withExtendedLifetime(signals) { try run(&command) }
    } catch {
      leave(because: error)
    }
  }

  /// Runs a command to its end, at which all that it printed has arrived.
  private static func run(_ command: inout any ParsableCommand) throws {
    do {
      try command.run()
    } catch let code as ExitCode {
      try finishOutput(of: command)
      throw code
    }
    try finishOutput(of: command)
  }

  private static func finishOutput(of command: any ParsableCommand) throws {
    do {
      try StandardStreams.finishOutput()
    } catch {
      // Its code 1 says something else.
      throw command is Diff ? DiffFailure(message: "\(error)") : error
    }
  }

  /// The exit code where another process has the folder or file, which may be free later; sysexits.h's.
  static let inUseExitCode = EX_TEMPFAIL

  private static func exitCode(of error: any Error) -> ExitCode {
    switch error {
    case is DiffFailure: ExitCode(2)
    case let error as ConfigurationError where error.isUsage: .validationFailure
    case let error as SharedFailure where error.isTemporary: ExitCode(inUseExitCode)
    case let error as FileError where error.isInUse: ExitCode(inUseExitCode)
    default: exitCode(for: error)
    }
  }

  /// Ends the process with one line, or with the help that was asked for, which only rank 0 prints.
  private static func leave(because error: any Error) -> Never {
    let code = exitCode(of: error)
    if let code = error as? ExitCode { Glibc.exit(code.rawValue) }
    if error is RunStopped { Glibc.exit(RunStopped.exitCode) }
    if error is SharedFailure { Glibc.exit(code.rawValue) }
    if code.isSuccess { showHelp(error) }
    let text = message(for: error).split(separator: "\n").joined(separator: " ")
    if !ParallelJob.refuses(text), Universe.launcherRank == 0 {
      let line = "error: \(text)\n"
      _ = Array(line.utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
    Glibc.exit(code.rawValue)
  }

  /// Ends the process with the help, version or completion script that was asked for.
  private static func showHelp(_ request: any Error) -> Never {
    if Universe.launcherRank == 0 {
      let message = fullMessage(for: request)
      // What libraries say of themselves is asked for only where it is wanted.
      print(message == toolVersion ? ProgramDescription.text : message)
    }
    do {
      try StandardStreams.finishOutput()
    } catch {
      leave(because: error)
    }
    Glibc.exit(EXIT_SUCCESS)
  }
}

/// Turns `--img_size` into `--img-size`; values, also those after `=`, stay as they are.
func kebabCased(_ arguments: [String]) -> [String] {
  var flagsAreOver = false
  return arguments.map { argument in
    if argument == "--" { flagsAreOver = true }
    guard argument.hasPrefix("--"), !flagsAreOver else { return argument }
    let name = argument.prefix { $0 != "=" }
    return String(name.map { $0 == "_" ? "-" : $0 }) + argument.dropFirst(name.count)
  }
}
