internal import CSignals
import Files
import Glibc

/// A program that this process has started.
///
/// It has a session of its own, so that a terminal's Ctrl-C reaches this process only, which passes on what it
/// wants to; it inherits no open file. If this process ends before it, it is told so by a signal. Start it from
/// the main thread: the system takes the end of the thread that started it for that of the process.
public final class ChildProgram {
  /// Its number.
  public let process: Int32
  private var code: Int32?

  /// - Parameters:
  ///   - path: of the program; no search in `PATH`.
  ///   - arguments: without the program's own name.
  ///   - environment: all of it, as `NAME=VALUE`.
  ///   - output: the file that what it prints is added to.
  ///   - farewell: the signal that it gets when this process ends.
  /// - Throws: `FileError` where the file cannot be written, or no process can be made.
  public init(
    _ path: String, _ arguments: [String], environment: [String], output: String, farewell: Int32
  ) throws(FileError) {
    let input = open("/dev/null", O_RDONLY | O_CLOEXEC)
    let file = open(output, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    let reason = errno
    defer {
      close(input)
      close(file)
    }
    guard file >= 0, input >= 0 else {
      throw FileError(output, "cannot be written", code: reason)
    }
    let words = Self.list([path] + arguments)
    let variables = Self.list(environment)
    defer { for text in words + variables { free(text) } }
    process = switch_dist_start(path, words, variables, input, file, farewell)
    guard process > 0 else { throw FileError(path, "cannot be started", code: errno) }
  }

  /// As C takes texts, with an end; whoever asks frees them.
  private static func list(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
    texts.map { strdup($0) } + [nil]
  }

  /// Its exit code, 128 + N where signal N ended it; nil while it runs.
  public func exitCode() -> Int32? {
    if let code { return code }
    var status: Int32 = 0
    let found = waitpid(process, &status, WNOHANG)
    guard found == process || (found < 0 && errno == ECHILD) else { return nil }
    let signal = status & 0x7F
    code = signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    return code
  }

  /// Sends it a signal, if it still runs.
  public func send(_ signal: Int32) {
    if code == nil { kill(process, signal) }
  }

  /// The file of the program that this process runs.
  ///
  /// - Throws: `FileError` where it was replaced or removed meanwhile.
  public static func ownPath() throws(FileError) -> String {
    let path = FileSystem.resolved("/proc/self/exe")
    guard path.hasPrefix("/"), !path.hasPrefix("/proc/"), FileSystem.isFile(path) else {
      throw FileError(
        path, "the program was replaced or removed while it ran; start it again")
    }
    return path
  }

  /// Where the shell finds a program; nil where it finds none.
  public static func find(_ name: String) -> String? {
    let folders = getenv("PATH").map { String(cString: $0) } ?? ""
    return folders.split(separator: ":").map { "\($0)/\(name)" }.first {
      access($0, X_OK) == 0 && FileSystem.isFile($0)
    }
  }

  /// The environment of this process without the variables of which `isLeftOut` is told the names.
  public static func environment(leavingOut isLeftOut: (Substring) -> Bool) -> [String] {
    var variables: [String] = []
    var next = environ
    while let text = next.pointee {
      variables.append(String(cString: text))
      next += 1
    }
    return variables.filter { !isLeftOut($0.prefix { $0 != "=" }) }
  }
}
