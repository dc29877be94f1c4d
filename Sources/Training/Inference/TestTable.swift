import Datasets
import Metrics
import Telemetry

/// The scores of a test, a row for each image in the order of the list.
struct TestTable {
  struct Row: Encodable {
    var name: String
    var score: SegmentationScore
    /// Foreground pixels at the network's image size.
    var predictedArea: Int
    var trueArea: Int
  }

  let rows: [Row]

  init(_ cases: [Evaluator.Case], of dataset: Dataset) {
    let pixels = dataset.imageSize * dataset.imageSize
    rows = cases.map { item in
      let label = dataset.labels[(item.position * pixels)..<((item.position + 1) * pixels)]
      return Row(
        name: dataset.names[item.position], score: item.score,
        predictedArea: item.mask.count { $0 != 0 }, trueArea: label.count { $0 != 0 })
    }
  }

  /// Comma-separated (RFC 4180), a header first; an undefined distance is an empty field.
  func csv() -> String {
    func text(_ value: Double?) -> String { value.map { decimalText($0, places: 6) } ?? "" }
    var lines = ["name,dice,iou,hd95,asd,predicted_area,true_area"]
    for row in rows {
      lines.append(
        [
          Self.quoted(row.name), text(row.score.dice), text(row.score.intersectionOverUnion),
          text(row.score.hausdorff95), text(row.score.averageSurfaceDistance),
          "\(row.predictedArea)", "\(row.trueArea)",
        ].joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func quoted(_ name: String) -> String {
    guard name.contains(where: { $0 == "," || $0 == "\"" }) else { return name }
    return "\"\(name.replacing("\"", with: "\"\""))\""
  }
}

extension TestTable.Row {
  private enum CodingKeys: String, CodingKey {
    case name, dice, iou, hd95, asd
    case predictedArea = "predicted_area"
    case trueArea = "true_area"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(score.dice, forKey: .dice)
    try container.encode(score.intersectionOverUnion, forKey: .iou)
    try container.encode(score.hausdorff95, forKey: .hd95)
    try container.encode(score.averageSurfaceDistance, forKey: .asd)
    try container.encode(predictedArea, forKey: .predictedArea)
    try container.encode(trueArea, forKey: .trueArea)
  }
}
