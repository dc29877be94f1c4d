/// A curve in one line of characters, each of eight heights.
package enum Sparkline {
  package static let heights = Array("▁▂▃▄▅▆▇█")
  /// Where there is no finite value.
  package static let gap: Character = " "
  package static let border: Character = "│"

  /// Curves that follow one another, with a border between them, in common heights: the lowest value is the
  /// lowest character, the highest the highest. Where there are more values than columns, a column is the
  /// mean of those that fall into it.
  ///
  /// - Returns: at most `columns` characters.
  package static func text(_ curves: [[Double]], columns: Int) -> String {
    let curves = curves.filter { !$0.isEmpty }
    let room = columns - max(0, curves.count - 1)
    guard room >= curves.count, !curves.isEmpty else { return "" }
    let total = curves.reduce(0) { $0 + $1.count }
    let widths = shares(of: min(room, total), among: curves.map(\.count))
    let means = zip(curves, widths).map { mean($0, columns: $1) }
    let finite = means.joined().filter(\.isFinite)
    let (low, high) = (finite.min() ?? 0, finite.max() ?? 0)
    return means.map { values in
      String(values.map { character($0, low, high) })
    }.joined(separator: String(border))
  }

  /// Columns of each curve: one or more, no more than it has values.
  private static func shares(of columns: Int, among counts: [Int]) -> [Int] {
    let total = counts.reduce(0, +)
    var left = columns
    var rest = total
    return counts.enumerated().map { index, count in
      let later = counts.count - index - 1
      let wanted = (2 * left * count + rest) / (2 * rest)
      // Those that follow get one each, and can take no more than they have values.
      let share = min(max(wanted, 1, left - (rest - count)), left - later, count)
      (left, rest) = (left - share, rest - count)
      return share
    }
  }

  private static func mean(_ values: [Double], columns: Int) -> [Double] {
    (0..<columns).map { column in
      let range = column * values.count / columns..<(column + 1) * values.count / columns
      let finite = values[range].filter(\.isFinite)
      return finite.isEmpty ? .nan : finite.reduce(0) { $0 + $1 / Double(finite.count) }
    }
  }

  private static func character(_ value: Double, _ low: Double, _ high: Double) -> Character {
    guard value.isFinite else { return gap }
    // Halves, since a difference of the largest numbers is none of them.
    let span = high / 2 - low / 2
    guard span > 0 else { return heights[heights.count / 2] }
    let part = (value / 2 - low / 2) / span
    return heights[min(Int(part * Double(heights.count)), heights.count - 1)]
  }
}
