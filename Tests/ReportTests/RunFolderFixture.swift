import TestSupport

/// A run folder written by hand: what a report reads, and nothing else.
struct RunFolderFixture {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func path(_ name: String) -> String { folder.file(name) }

  /// A finished run with these Dice values for images `a.png`, `b.png`, …
  func write(
    _ name: String, method: String = "switch", dice: [Double], metrics: [String] = []
  ) throws {
    try folder.makeFolder(name)
    try folder.write(
      """
      {"data":{"imageSize":64,"labeledRatio":0.05},"method":"\(method)",\
      "schedule":{"preIterations":20,"selfIterations":10},"seed":3}
      """, to: "\(name)/configuration.json")
    var rows = "name,dice,iou,hd95,asd,predicted_area,true_area\n"
    for (index, value) in dice.enumerated() {
      let letter = Character(UnicodeScalar(UInt8(97 + index)))
      let distances = value > 0 ? "3.5,1.25" : ","
      rows += "\(letter).png,\(value),\(value / 2),\(distances),10,12\n"
    }
    try folder.write(rows, to: "\(name)/test_scores.csv")
    let lines = metrics + ["{\"event\":\"test\",\"images\":\(dice.count)}"]
    try folder.write(lines.joined(separator: "\n") + "\n", to: "\(name)/metrics.jsonl")
  }
}
