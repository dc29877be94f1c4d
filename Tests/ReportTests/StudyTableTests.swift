import Report
import Runs
import Studies
import TestSupport
import Testing

/// The table of a study whose runs were written by hand, so that the right numbers are known.
@Suite struct StudyTableTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func study(_ plan: String) throws -> Study {
    try folder.write(plan, to: "plan.yaml")
    return try Study.open(plan: folder.file("plan.yaml"), in: StudyFolder(folder.file("study")))
  }

  /// A finished run with these Dice values of images `a.png`, `b.png`, …; IoU half of it, distances undefined
  /// where it is 0.
  private func finish(
    _ point: StudyPoint, dice: [Double], first: Int = 0, data: String = "of images"
  ) throws {
    let run = "study/runs/\(point.name)"
    try folder.makeFolder(run)
    var rows = "name,dice,iou,hd95,asd,predicted_area,true_area\n"
    for (index, value) in dice.enumerated() {
      let name = Character(UnicodeScalar(UInt8(97 + first + index)))
      rows += "\(name).png,\(value),\(value / 2),\(value > 0 ? "4,2" : ","),10,12\n"
    }
    try folder.write(rows, to: "\(run)/test_scores.csv")
    let mean = dice.reduce(0, +) / Double(dice.count)
    let distances = dice.contains { $0 > 0 } ? #","hd95":4,"asd":2"# : ""
    try folder.write(
      """
      {"event":"start","time":1,"source_digest":"\(data)","arithmetic_version":2}
      {"event":"test","time":1.5,"weights":"runs/run/self_best.h5","images":\(dice.count),"dice":\(mean),"iou":\(mean / 2)\(distances)}
      {"event":"checkpoint","time":1.5,"file":"self_best.h5","digest":"ab"}

      """, to: "\(run)/metrics.jsonl")
    try folder.write("weights", to: "\(run)/self_best.h5")
    try folder.write(point.configuration.canonicalJSON(), to: "\(run)/configuration.json")
  }

  private static let plan = """
    title: Two & two
    grid:
      method: [switch, supervised]
    seeds: [1, 2, 3]

    """

  /// Seeds' means of Switch: 0.5, 0.6, 0.7; supervised is 0.1 below on each image.
  private func finished() throws -> Study {
    let study = try study(Self.plan)
    for point in study.points {
      let seed = try #require(point["seed"].flatMap(Double.init))
      let mean = 0.4 + seed / 10 - (point["method"] == "switch" ? 0 : 0.1)
      try finish(point, dice: [mean - 0.2, mean, mean + 0.2])
    }
    return study
  }

  private func line(_ beginning: String, of text: String) throws -> [String] {
    let line = text.split(separator: "\n").first { $0.hasPrefix(beginning) }
    return try #require(line).split(separator: " ").map(String.init)
  }

  @Test func seedsHaveMeanAndDeviation() throws {
    let text = try StudyReport(finished()).text
    #expect(text.hasPrefix("Two & two: 6 of 6 runs\n"))
    // Of 0.5, 0.6 and 0.7 the mean is 0.6 and the deviation of a sample 0.1.
    #expect(try line("switch ", of: text).prefix(5) == ["switch", "3", "60.0", "±", "10.0"])
    #expect(
      try line("supervised ", of: text).prefix(5) == ["supervised", "3", "50.0", "±", "10.0"])
    let difference = try line("switch −", of: text)
    #expect(
      difference.prefix(8) == [
        "switch", "−", "supervised", "better", "+10.0", "(+10.0", "…", "+10.0)",
      ])
  }

  @Test func allFilesSayTheSame() throws {
    let study = try finished()
    try StudyReport.write(study)
    func content(_ name: String) throws -> String {
      String(decoding: try folder.read("study/\(name)"), as: UTF8.self)
    }
    #expect(try content("table.csv").contains("switch,dice,0.600000,0.100000,3,0,9,3,3\n"))
    #expect(
      try content("differences.csv").contains(
        "switch,supervised,,dice,0.100000,0.100000,0.100000,3,3,better\n"))
    #expect(try content("table.md").contains("| switch | 3 | 60.0 ± 10.0 |"))
    let latex = try content("table.tex")
    #expect(latex.contains("switch & 3 & 60.0 $\\pm$ 10.0 & "))
    #expect(latex.contains("% Two & two") && latex.contains("\\toprule"))
    #expect(latex.contains("Dice \\%"))
    let page = try content("study.html")
    #expect(page.contains("<h1>Two &amp; two</h1>") && page.contains("<b>60.0</b> ± 10.0"))
    #expect(page.contains("class=\"verdict better\"") && !page.contains("Not finished"))
    #expect(!page.contains("http"), "nothing is fetched from anywhere")
    // The same runs give the same bytes.
    try StudyReport.write(Study.read(folder.file("study")))
    #expect(try content("study.html") == page)
  }

  /// A run that is not done is there with what it has until now.
  @Test func everyRunThatWasBegunIsListed() throws {
    let study = try study(Self.plan)
    try finish(study.points[0], dice: [0.2, 0.4])
    let begun = study.points[1]
    try folder.makeFolder("study/runs/\(begun.name)")
    try folder.write(
      begun.configuration.canonicalJSON(), to: "study/runs/\(begun.name)/configuration.json")
    // Two sessions: an hour of two ranks with three threads, a quarter of an hour of one core.
    try folder.write(
      """
      {"event":"start","time":1000,"ranks":2,"threads":3}
      {"event":"validation","time":2000,"phase":"self-training","iteration":20,"dice":0.5,"best":true}
      {"event":"stopped","time":4600,"phase":"self-training","iteration":30}
      {"event":"start","time":90000,"ranks":1,"threads":1}
      {"event":"validation","time":90800,"phase":"self-training","iteration":40,"dice":0.25,"best":false}
      {"event":"iteration","time":90900,"phase":"self-training","iteration":50}

      """, to: "study/runs/\(begun.name)/metrics.jsonl")
    try StudyReport.write(study)
    let lines = String(decoding: try folder.read("study/runs.csv"), as: UTF8.self)
      .split(separator: "\n")
    #expect(lines.count == 3)
    let names = study.points.prefix(2).map { "\"\($0.name)\"" }
    #expect(lines[1] == "\(names[0]),done,0.300000,,,0.00,self_best.h5,ab,of images,2,")
    #expect(
      lines[2] == "\(names[1]),\"self-training, iteration 50\",,0.500000,20,6.25,,,,,")
    let page = String(decoding: try folder.read("study/study.html"), as: UTF8.self)
    #expect(page.contains("self-training, iteration 50") && page.contains("50.0 at 20"))
  }

  /// Runs that are missing are counted as such, and what there is stands in the table.
  @Test func anUnfinishedStudySaysSo() throws {
    let study = try study(Self.plan)
    for point in study.points where point["seed"] != "3" {
      try finish(point, dice: point["method"] == "switch" ? [0.2, 0, 0.4] : [0.3, 0.1, 0])
    }
    let report = try StudyReport(study)
    #expect(report.text.hasPrefix("Two & two: 4 of 6 runs, not finished\n"))
    let line = try line("switch ", of: report.text)
    #expect(line.prefix(8) == ["switch", "2", "of", "3", "runs", "20.0", "±", "0.0"])
    #expect(report.text.contains("(2 undef.)"))
    #expect(try self.line("switch −", of: report.text)[3] == "undecided")
    try StudyReport.write(study)
    let page = String(decoding: try folder.read("study/study.html"), as: UTF8.self)
    #expect(page.contains("Not finished: 4 of 6 runs") && page.contains("2 of 6 undefined"))
  }

  /// Distances: less is better, and only images with a value in both count.
  @Test func anUndefinedMeasureIsNotCompared() throws {
    let study = try study(Self.plan)
    for point in study.points { try finish(point, dice: [0, 0, 0]) }
    try StudyReport.write(study)
    let text = String(decoding: try folder.read("study/differences.csv"), as: UTF8.self)
    #expect(text.contains("switch,supervised,,hd95,,,,0,0,not compared\n"))
    #expect(try StudyReport(study).text.contains("undefined"))
  }

  /// Settings that differ beside the compared axis are said in words.
  @Test func whatElseDiffersIsSaid() throws {
    let study = try study(
      """
      variants:
        short: {method: switch, pre-iters: 100}
        long: {method: switch, pre-iters: 200}
      compare:
        pairs: [[long, short]]
      """)
    for point in study.points { try finish(point, dice: [0.4, 0.6]) }
    let text = try StudyReport(study).text
    #expect(text.contains("long and short also differ in pre-iters (200, 100)"))
    #expect(text.contains("long − short"))
    #expect(text.contains(" 1 ") && !text.contains("±  "))
  }

  /// The images of all folds of a seed together are its images.
  @Test func foldsArePooled() throws {
    let study = try study(
      "grid:\n  fold: [1, 2]\noptions: {dataset: ./set.h5, folds: folds.csv}\nseeds: [1, 2]\n")
    for point in study.points {
      try finish(point, dice: [0.2, 0.4], first: point["fold"] == "1" ? 0 : 2)
    }
    try StudyReport.write(study)
    let table = String(decoding: try folder.read("study/table.csv"), as: UTF8.self)
    #expect(table.contains("\ndice,0.300000,0.000000,2,0,8,4,4\n"))
  }

  /// A seed without some of its folds is another set of images.
  @Test func aSeedCountsWithAllItsFolds() throws {
    let study = try study(
      "grid:\n  fold: [1, 2]\noptions: {dataset: ./set.h5, folds: folds.csv}\nseeds: [1, 2]\n")
    for point in study.points where point.name != study.points.last?.name {
      try finish(point, dice: [0.2, 0.4], first: point["fold"] == "1" ? 0 : 2)
    }
    try StudyReport.write(study)
    let table = String(decoding: try folder.read("study/table.csv"), as: UTF8.self)
    #expect(table.contains("\ndice,0.300000,,1,0,4,3,4\n"))
  }

  private func line(_ beginning: String, ofFile name: String) throws -> String {
    let text = String(decoding: try folder.read("study/\(name)"), as: UTF8.self)
    return String(try #require(text.split(separator: "\n").first { $0.hasPrefix(beginning) }))
  }

  /// Where a mask is empty, a distance is left out of one measure and costs the diagonal in the other.
  @Test func anEmptyMaskGainsNothing() throws {
    let study = try study("grid:\n  method: [switch, supervised]\noptions: {img-size: 32}\n")
    for point in study.points {
      try finish(point, dice: [point["method"] == "switch" ? 0 : 0.2, 0.4, 0.6])
    }
    try StudyReport.write(study)
    // Of 32 × 32 pixels the diagonal is 45.254834; the other distances are 4.
    #expect(try line("switch,hd95,", ofFile: "table.csv") == "switch,hd95,4.000000,,1,1,3,1,1")
    #expect(
      try line("switch,hd95_penalized,", ofFile: "table.csv")
        == "switch,hd95_penalized,17.751611,,1,0,3,1,1")
    #expect(
      try line("switch,supervised,,hd95,", ofFile: "differences.csv").hasPrefix(
        "switch,supervised,,hd95,0.000000,0.000000,0.000000,1,2,"))
    #expect(
      try line("switch,supervised,,hd95_penalized,", ofFile: "differences.csv").hasPrefix(
        "switch,supervised,,hd95_penalized,13.751611,"))
    #expect(try StudyReport(study).text.contains(" on 2"))
  }

  /// Images of other data may have the same names.
  @Test func otherDataAreNotCompared() throws {
    let study = try study(Self.plan)
    for point in study.points {
      let isChanged = point["method"] == "supervised" && point["seed"] == "2"
      try finish(point, dice: [0.2, 0.4], data: isChanged ? "of others" : "of images")
    }
    try StudyReport.write(study)
    #expect(
      try line("switch,supervised,,dice,", ofFile: "differences.csv").hasSuffix(",2,2,undecided"))
    let text = try StudyReport(study).text
    #expect(text.contains("note: the runs of supervised saw different data"))
    #expect(
      text.contains("switch and supervised saw different data and are not compared on seeds 2"))
    #expect(
      String(decoding: try folder.read("study/study.html"), as: UTF8.self).contains(
        "Note: the runs of supervised saw different data"))
  }
}
