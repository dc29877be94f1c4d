import RandomNumbers
import Telemetry
import Testing

/// Lines that are drawn over on a terminal.
@Suite struct LiveBlockTests {
  /// Whatever was there before, the last lines are what is seen, and what stood above stays.
  @Test(.enabled(if: PretendedTerminal() != nil, "there are no pseudo terminals"))
  func theLastLinesAreSeen() throws {
    let terminal = try #require(PretendedTerminal())
    var random = RandomStream(seed: 6, purpose: .kernelProbe)
    var screen = Screen()
    screen.take("$ switch-dist watch\r\n")
    var block = LiveBlock(descriptor: terminal.descriptor)
    terminal.resize(columns: 40, rows: 24)
    #expect(try #require(Terminal.size(terminal.descriptor)) == (40, 24))
    for _ in 0..<60 {
      let lines = (0..<random.integer(in: 0..<9)).map { index in
        "\(index) " + String(repeating: "▁a", count: random.integer(in: 0..<30))
      }
      let isThere = block.draw(lines)
      #expect(isThere)
      screen.take(terminal.read())
      let expected = lines.map { Terminal.cut($0, to: 39).trimmingSpaces }
      #expect(screen.lines == ["$ switch-dist watch"] + expected)
    }
  }
}

extension String {
  fileprivate var trimmingSpaces: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
