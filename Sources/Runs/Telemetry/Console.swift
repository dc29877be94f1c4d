internal import Glibc
internal import Synchronization
import SystemPackage

/// Standard error as people see it: lines that stay, and below them one progress line that is
/// drawn over while the output is a terminal.
public final class Console: Sendable {
  /// Lines go to a terminal, where a progress line can be drawn over.
  public let isInteractive: Bool
  /// Colors are wanted: on a terminal, unless `NO_COLOR` is set (no-color.org) or `TERM` is `dumb`.
  public let usesColor: Bool

  /// Details, such as the losses of each tenth iteration, are for the log file only.
  public let isQuiet: Bool

  private let descriptor: Int32
  private let progress = Mutex("")

  /// Standard error with what its environment asks for.
  ///
  /// - Parameter isQuiet: plain lines only, and no details.
  public convenience init(isQuiet: Bool = false) {
    self.init(
      descriptor: STDERR_FILENO, isInteractive: Terminal.isInteractive(STDERR_FILENO) && !isQuiet,
      usesColor: Self.usesColor(STDERR_FILENO), isQuiet: isQuiet)
  }

  /// Whether what a command prints as its result may have colors, by the same rule.
  public static var resultUsesColor: Bool { usesColor(STDOUT_FILENO) }

  private static func usesColor(_ descriptor: Int32) -> Bool {
    Terminal.isInteractive(descriptor) && (Terminal.variable("NO_COLOR") ?? "").isEmpty
  }

  /// - Parameter descriptor: an open file, which stays the caller's.
  public init(descriptor: Int32, isInteractive: Bool, usesColor: Bool, isQuiet: Bool = false) {
    self.descriptor = descriptor
    self.isInteractive = isInteractive
    self.usesColor = usesColor
    self.isQuiet = isQuiet
  }

  /// Prints a line that stays, above the progress line.
  public func write(line: String) {
    progress.withLock { progress in
      send(progress.isEmpty ? line + "\n" : Self.clearLine + line + "\n" + progress)
    }
  }

  /// Draws `text` in place of the last progress line; nothing where the output is not a terminal.
  public func draw(progress text: String) {
    guard isInteractive else { return }
    progress.withLock { progress in
      progress = String(text.prefix(columns - 1))
      send(Self.clearLine + progress)
    }
  }

  /// Takes the progress line away.
  public func clearProgress() {
    progress.withLock { progress in
      if !progress.isEmpty { send(Self.clearLine) }
      progress = ""
    }
  }

  private static let clearLine = "\r\u{1B}[2K"

  /// The width of the terminal in characters, at least 20; 80 where it does not say.
  var columns: Int { max(20, Terminal.size(descriptor)?.columns ?? 80) }

  /// A console that has gone away must not end a training run, so failures are not reported.
  private func send(_ text: String) {
    _ = try? FileDescriptor(rawValue: descriptor).writeAll(text.utf8)
  }
}
