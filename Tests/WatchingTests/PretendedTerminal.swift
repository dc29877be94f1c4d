import Glibc

/// A terminal whose other end is a test: what was drawn, as a screen.
final class PretendedTerminal {
  /// What the program draws on.
  let descriptor: Int32
  private let master: Int32

  /// Nil where the system has none.
  init?() {
    // ioctl_tty(2): TIOCSPTLCK, TIOCGPTN, which Swift does not import.
    let (unlock, askNumber) = (UInt(0x4004_5431), UInt(0x8004_5430))
    var (isLocked, number) = (Int32(0), UInt32(0))
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard master >= 0, ioctl(master, unlock, &isLocked) == 0,
      ioctl(master, askNumber, &number) == 0
    else { return nil }
    descriptor = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
  }

  deinit {
    close(descriptor)
    close(master)
  }

  func resize(columns: Int, rows: Int) {
    var size = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  /// What has come since the last time.
  func read() -> String {
    var bytes: [UInt8] = []
    var poll = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while Glibc.poll(&poll, 1, 50) == 1, poll.revents & Int16(POLLIN) != 0 {
      let count = Glibc.read(master, &block, block.count)
      guard count > 0 else { break }
      bytes += block[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// What a terminal shows after the few sequences that are drawn with, without an end below.
struct Screen {
  private var cells: [[Character]] = [[]]
  private var row = 0
  private var column = 0

  /// The lines down to the last that is not empty.
  var lines: [String] {
    var lines = cells.map { line in String(line).trimmedAtEnd }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  mutating func take(_ text: String) {
    var rest = Substring(text)
    while let match = rest.prefixMatch(of: /\u{1B}\[(\d*)([AKJ])|[\s\S]/) {
      rest = rest[match.range.upperBound...]
      switch match.2 {
      case "A": row = max(0, row - (match.1.flatMap { Int($0) } ?? 1))
      case "K": cells[row] = Array(cells[row].prefix(column))
      case "J": cells = Array(cells.prefix(row)) + [Array(cells[row].prefix(column))]
      default: put(match.0)
      }
    }
  }

  private mutating func put(_ text: Substring) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\r": column = 0
      case "\n": row += 1
      default:
        while cells[row].count <= column { cells[row].append(" ") }
        cells[row][column] = Character(scalar)
        column += 1
      }
      if row == cells.count { cells.append([]) }
    }
  }
}

extension String {
  fileprivate var trimmedAtEnd: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
