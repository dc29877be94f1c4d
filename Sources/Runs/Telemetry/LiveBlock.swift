internal import Glibc
import SystemPackage

/// Lines on a terminal that are drawn over, all together, each time there is something new.
public struct LiveBlock: ~Copyable {
  private let descriptor: Int32
  /// Columns of each line as it stands there.
  private var drawn: [Int] = []

  /// - Parameter descriptor: of a terminal, which stays the caller's.
  public init(descriptor: Int32) { self.descriptor = descriptor }

  /// Draws lines in place of the last ones. One that is too long is cut.
  ///
  /// - Returns: false where the terminal has gone.
  public mutating func draw(_ lines: [String]) -> Bool {
    let columns = max(2, Terminal.size(descriptor)?.columns ?? 80)
    // A terminal that has become narrower has broken the lines.
    let rows = drawn.reduce(0) { $0 + max(1, ($1 + columns - 1) / columns) }
    let shown = lines.map { Terminal.cut($0, to: columns - 1) }
    var text = rows > 0 ? "\r\u{1B}[\(rows)A" : "\r"
    for line in shown { text += "\(line)\u{1B}[K\n" }
    drawn = shown.map(Terminal.width)
    do {
      _ = try FileDescriptor(rawValue: descriptor).writeAll((text + "\u{1B}[J").utf8)
      return true
    } catch {
      return false
    }
  }
}
