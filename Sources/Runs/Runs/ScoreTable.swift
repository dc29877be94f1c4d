import Files
import Metrics
import Telemetry

/// The scores of a test, a row for each image in the order of the list: `test_scores.csv`.
public struct ScoreTable: Sendable {
  public struct Row: Equatable, Sendable {
    /// File name in the data set.
    public var name: String
    public var score: SegmentationScore
    /// Foreground pixels at the network's image size.
    public var predictedArea: Int
    public var trueArea: Int

    public init(name: String, score: SegmentationScore, predictedArea: Int, trueArea: Int) {
      self.name = name
      self.score = score
      self.predictedArea = predictedArea
      self.trueArea = trueArea
    }
  }

  public let rows: [Row]
  public var scores: [SegmentationScore] { rows.map(\.score) }

  public init(_ rows: [Row]) { self.rows = rows }

  static let nameColumn = "name"
  static let areaColumns = ["predicted_area", "true_area"]
  static var columns: [String] { [nameColumn] + Measure.all.map(\.key) + areaColumns }

  // MARK: Writing

  /// Comma-separated (RFC 4180), a header first; an undefined distance is an empty field.
  public func csv() -> String {
    let lines = rows.map { row in
      ([Self.quoted(row.name)]
        + Measure.all.map { measure in
          measure.value(row.score).map { decimalText($0, places: 6) } ?? ""
        }
        + ["\(row.predictedArea)", "\(row.trueArea)"]).joined(separator: ",")
    }
    return ([Self.columns.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
  }

  private static func quoted(_ name: String) -> String {
    guard name.contains(where: { $0 == "," || $0 == "\"" }) else { return name }
    return "\"\(name.replacing("\"", with: "\"\""))\""
  }

  // MARK: Reading

  /// - Throws: `FileError` for a file that is no such table, with the line that is damaged.
  public init(_ path: String) throws(FileError) {
    let lines = try FileSystem.readText(path).split(whereSeparator: \.isNewline).map(Self.fields)
    guard let header = lines.first, let name = header.firstIndex(of: Self.nameColumn) else {
      throw FileError(path, "has no columns \(Self.columns.joined(separator: ", "))")
    }
    let columns = Measure.all.compactMap { header.firstIndex(of: $0.key) }
    guard columns.count == Measure.all.count else {
      throw FileError(path, "has no columns \(Self.columns.joined(separator: ", "))")
    }
    let areas = Self.areaColumns.map { header.firstIndex(of: $0) }
    var rows: [Row] = []
    for (index, line) in lines.dropFirst().enumerated() {
      guard line.count == header.count, let score = Self.score(columns.map { line[$0] }) else {
        throw FileError(path, "line \(index + 2) is damaged")
      }
      let pixels = areas.map { column in column.flatMap { Int(line[$0]) } ?? 0 }
      rows.append(
        Row(name: line[name], score: score, predictedArea: pixels[0], trueArea: pixels[1]))
    }
    self.rows = rows
  }

  /// Nil for what no image can have.
  private static func score(_ fields: [String]) -> SegmentationScore? {
    var values: [Double?] = []
    for (field, measure) in zip(fields, Measure.all) {
      if field.isEmpty && measure.isDistance {
        values.append(nil)
      } else {
        guard let value = Double(field), 0...(measure.isDistance ? 1e6 : 1) ~= value else {
          return nil
        }
        values.append(value)
      }
    }
    return SegmentationScore(values)
  }

  /// The fields of a line of CSV (RFC 4180); names hold no line breaks.
  package static func fields(_ line: some StringProtocol) -> [String] {
    var fields = [""]
    var isQuoted = false
    var previous: Character = " "
    for character in line {
      switch character {
      case "\"":
        // Two in a quoted field stand for one.
        if !isQuoted && previous == "\"" { fields[fields.count - 1].append("\"") }
        isQuoted.toggle()
      case "," where !isQuoted: fields.append("")
      default: fields[fields.count - 1].append(character)
      }
      previous = character
    }
    return fields
  }
}

extension ScoreTable.Row: Encodable {
  /// By the names of the columns; an undefined distance is null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: NameKey.self)
    try container.encode(name, forKey: NameKey(ScoreTable.nameColumn))
    for measure in Measure.all {
      try container.encode(measure.value(score), forKey: NameKey(measure.key))
    }
    for (column, area) in zip(ScoreTable.areaColumns, [predictedArea, trueArea]) {
      try container.encode(area, forKey: NameKey(column))
    }
  }
}
