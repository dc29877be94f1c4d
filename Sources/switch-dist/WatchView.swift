import Files
import Glibc
import Telemetry
import Watching

/// Where `watch` shows what it sees: drawn over on a terminal, else line by line.
struct WatchView: ~Copyable {
  private let isJSON: Bool
  private let isOnce: Bool
  private let isInteractive: Bool
  private var block = LiveBlock(descriptor: STDOUT_FILENO)
  private var lines = WatchLines()

  init(isJSON: Bool, isOnce: Bool) {
    self.isJSON = isJSON
    self.isOnce = isOnce
    isInteractive = !isJSON && !isOnce && Terminal.isInteractive(STDOUT_FILENO)
  }

  /// - Returns: false where nobody is looking any more.
  mutating func show(_ sections: [WatchList.Section], time: Double) throws -> Bool {
    let size = Terminal.size(STDOUT_FILENO)
    let columns = (size?.columns ?? 80) - (isInteractive ? 1 : 0)
    if isInteractive {
      return block.draw(
        WatchPicture(sections, columns: columns, rows: (size?.rows ?? 24) - 1).lines)
    }
    if isJSON {
      print(try WatchReport(sections, time: time).json)
    } else if isOnce {
      for line in WatchPicture(sections, columns: columns).lines { print(line) }
    } else {
      for line in lines.lines(sections, now: time) { print(line) }
    }
    return try StandardStreams.handOnOutput()
  }
}
