import RandomNumbers
import Testing
import Watching

/// A curve in a line: what every one of them keeps to.
@Suite struct SparklineTests {
  private static func height(_ character: Character) -> Int? {
    Sparkline.heights.firstIndex(of: character)
  }

  @Test func knownCurves() {
    #expect(Sparkline.text([[0, 1, 2, 3, 4, 5, 6, 7]], columns: 8) == "▁▂▃▄▅▆▇█")
    #expect(Sparkline.text([[7, 0]], columns: 8) == "█▁")
    #expect(Sparkline.text([[3, 3, 3]], columns: 8) == "▅▅▅")
    #expect(Sparkline.text([[0, 1], [2, 3]], columns: 8) == "▁▃│▆█")
    #expect(Sparkline.text([[0, .nan, 1]], columns: 8) == "▁ █")
    #expect(Sparkline.text([[0, 0, 1, 1]], columns: 2) == "▁█")
    #expect(Sparkline.text([], columns: 8).isEmpty && Sparkline.text([[]], columns: 8).isEmpty)
    #expect(Sparkline.text([[1, 2]], columns: 0).isEmpty)
    #expect(
      Sparkline.text([[-.greatestFiniteMagnitude, .greatestFiniteMagnitude]], columns: 2) == "▁█")
  }

  @Test func everyCurveFitsAndKeepsItsOrder() {
    var random = RandomStream(seed: 1, purpose: .kernelProbe)
    for _ in 0..<500 {
      let curves = (0..<random.integer(in: 1..<4)).map { _ in
        (0..<random.integer(in: 1..<40)).map { _ in
          random.integer(in: 0..<10) == 0 ? .infinity : random.uniform(in: -5..<5)
        }
      }
      let columns = random.integer(in: 0..<60)
      let text = Sparkline.text(curves, columns: columns)
      #expect(text.count <= columns, "\(text)")
      let parts = text.split(separator: Sparkline.border, omittingEmptySubsequences: false)
      guard columns >= 2 * curves.count else { continue }
      #expect(parts.count == curves.count)
      #expect(zip(parts, curves).allSatisfy { !$0.isEmpty && $0.count <= $1.count })
      let total = curves.reduce(0) { $0 + $1.count }
      // All the room is used.
      #expect(
        text.count == min(columns, total + curves.count - 1), "\(curves.map(\.count)) \(text)")
      // Where each value has its column, larger ones are not lower, and the ends are reached.
      guard text.count == total + curves.count - 1 else { continue }
      let values = curves.flatMap(\.self)
      let characters = parts.joined()
      let shown = zip(values, characters).filter { $0.0.isFinite }
      #expect(zip(values, characters).allSatisfy { $0.isFinite || $1 == Sparkline.gap })
      let ordered = shown.sorted { $0.0 < $1.0 }.compactMap { Self.height($0.1) }
      #expect(ordered == ordered.sorted() && ordered.count == shown.count)
      if shown.count > 1 { #expect(ordered.first == 0 && ordered.last == 7) }
      // Heights are of the shape alone.
      let other = curves.map { $0.map { $0 * 4 - 8 } }
      #expect(Sparkline.text(other, columns: columns) == text)
    }
  }
}
