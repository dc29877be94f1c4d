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
  /// Which numbers the rows have, whether defined or not: tables of earlier versions lack the later ones.
  public let fields: [ScoreField]

  public init(_ rows: [Row], fields: [ScoreField] = ScoreField.allCases) {
    self.rows = rows
    self.fields = fields
  }

  /// What can be computed from the numbers that the table has.
  public var measures: [Measure] { Measure.all.filter { $0.fields.allSatisfy(fields.contains) } }

  static let nameColumn = "name"
  static let areaColumns = ["predicted_area", "true_area"]
  /// What every table has.
  static let columns = [nameColumn] + ScoreField.original.map(\.key) + areaColumns

  // MARK: Writing

  /// Comma-separated (RFC 4180), a header first; what is undefined is an empty field.
  public func csv() -> String {
    let later = ScoreField.later.filter(fields.contains)
    let header = Self.columns + later.map(\.key)
    let lines = rows.map { row in
      [CSV.quoted(row.name)] + ScoreField.original.map { Self.text(row.score, $0) }
        + ["\(row.predictedArea)", "\(row.trueArea)"] + later.map { Self.text(row.score, $0) }
    }
    return ([header] + lines).map { $0.joined(separator: ",") + "\n" }.joined()
  }

  /// The same with what tables of every version have.
  package var original: ScoreTable { ScoreTable(rows, fields: ScoreField.original) }

  private static func text(_ score: SegmentationScore, _ field: ScoreField) -> String {
    score[field].map { decimalText($0, places: field.isCount ? 0 : 6) } ?? ""
  }

  // MARK: Reading

  /// - Throws: `FileError` for a file that is no such table, with the line that is damaged.
  public init(_ path: String) throws(FileError) {
    let lines = try FileSystem.readText(path).split(whereSeparator: \.isNewline).map(CSV.fields)
    guard let header = lines.first, let name = header.firstIndex(of: Self.nameColumn) else {
      throw FileError(path, "has no columns \(Self.columns.joined(separator: ", "))")
    }
    let columns = ScoreField.allCases.compactMap { field in
      header.firstIndex(of: field.key).map { (field: field, column: $0) }
    }
    fields = columns.map(\.field)
    guard ScoreField.original.allSatisfy(fields.contains) else {
      throw FileError(path, "has no columns \(Self.columns.joined(separator: ", "))")
    }
    let areas = Self.areaColumns.map { header.firstIndex(of: $0) }
    var rows: [Row] = []
    for (index, line) in lines.dropFirst().enumerated() {
      guard line.count == header.count,
        let score = Self.score(columns.map { ($0.field, line[$0.column]) })
      else {
        throw FileError(path, "line \(index + 2) is damaged")
      }
      let pixels = areas.map { column in column.flatMap { Int(line[$0]) } ?? 0 }
      rows.append(
        Row(name: line[name], score: score, predictedArea: pixels[0], trueArea: pixels[1]))
    }
    self.rows = rows
  }

  /// Nil for what no image can have.
  private static func score(_ texts: [(ScoreField, String)]) -> SegmentationScore? {
    var values: [ScoreField: Double] = [:]
    for (field, text) in texts where !(text.isEmpty && field.mayBeUndefined) {
      guard let value = Double(text), field.allows(value) else { return nil }
      values[field] = value
    }
    return SegmentationScore(values)
  }
}

extension ScoreTable.Row: Encodable {
  /// By the names of the columns; what is undefined is null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: NameKey.self)
    try container.encode(name, forKey: NameKey(ScoreTable.nameColumn))
    for field in ScoreField.allCases {
      try container.encode(score[field], forKey: NameKey(field.key))
    }
    for (column, area) in zip(ScoreTable.areaColumns, [predictedArea, trueArea]) {
      try container.encode(area, forKey: NameKey(column))
    }
  }
}
