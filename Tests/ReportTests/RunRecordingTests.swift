import Files
import Metrics
import Report
import Runs
import Testing

@Suite struct RunRecordingTests {
  private let fixture: RunFolderFixture

  init() throws { fixture = try RunFolderFixture() }

  private func iteration(_ phase: String, _ iteration: Int, _ total: Double) -> String {
    "{\"event\":\"iteration\",\"phase\":\"\(phase)\",\"iteration\":\(iteration),\"total\":\(total)}"
  }

  /// Self-training goes on counting after pre-training; what a resumed run writes again counts.
  @Test func seriesRunOverBothPhases() throws {
    try fixture.write(
      "run", dice: [0.5, 0.75],
      metrics: [
        iteration("pre-training", 10, 1), iteration("pre-training", 20, 0.5),
        iteration("pre-training", 20, 0.25), iteration("self-training", 10, 0.125),
      ])
    let run = try RunRecording(fixture.path("run"))
    let series = run.series(.iteration) { $0 == "total" }
    #expect(series.count == 1)
    #expect(series[0].points.map(\.step) == [10, 20, 30])
    #expect(series[0].points.map(\.value) == [1, 0.25, 0.125])
    #expect(run.isFinished && run.name == "run" && run.setting("data.imageSize") == "64")
    #expect(run.scores.map(\.score.dice) == [0.5, 0.75] && run.scores[0].score.hausdorff95 == 3.5)
  }

  /// What was thrown away is not shown, also where the run ended before it got so far again.
  @Test func whatARunWentBackFromDoesNotCount() throws {
    func divergence(_ phase: String, backTo: String) -> String {
      "{\"event\":\"divergence\",\"phase\":\"\(phase)\",\"iteration\":35,\"back_to\":\(backTo)}"
    }
    try fixture.write(
      "run", dice: [0.5, 0.75],
      metrics: [
        iteration("pre-training", 10, 1), iteration("pre-training", 20, 2),
        iteration("pre-training", 30, 3), divergence("pre-training", backTo: "10"),
        iteration("pre-training", 20, 4), iteration("self-training", 10, 5),
        divergence("self-training", backTo: "0"), divergence("self-training", backTo: "null"),
      ])
    let series = try RunRecording(fixture.path("run")).series(.iteration) { $0 == "total" }
    #expect(series[0].points.map(\.step) == [10, 20])
    #expect(series[0].points.map(\.value) == [1, 4])
  }

  /// From event to event of a session; the time between sessions does not count.
  @Test func timeIsThatOfAllSessions() throws {
    func event(_ name: String, _ time: Int, _ phase: String? = nil) -> String {
      let phase = phase.map { ",\"phase\":\"\($0)\"" } ?? ""
      return "{\"event\":\"\(name)\",\"time\":\(time)\(phase)}"
    }
    let fixture = try RunFolderFixture()
    try fixture.write(
      "run", dice: [0.5],
      metrics: [
        event("start", 100), event("iteration", 130, "pre-training"),
        event("phase", 140, "pre-training"), event("iteration", 150, "self-training"),
        event("start", 1000), event("iteration", 1020, "self-training"),
        event("stopped", 1025, "self-training"), event("start", 5000),
        event("phase", 5004, "self-training"), event("forwarded", 5010), event("test", 5011),
      ])
    let durations = try RunRecording(fixture.path("run")).durations
    #expect(durations.map(\.name) == ["pre-training", "self-training", "test"])
    #expect(durations.map(\.seconds) == [40, 39, 7])
  }

  /// Sessions of programs that had no number yet count as the first.
  @Test func arithmeticVersionsAreThoseOfTheSessions() throws {
    let fixture = try RunFolderFixture()
    let start = "{\"event\":\"start\",\"kernel_hash\":\"4f31\"}"
    let laterStart = "{\"event\":\"start\",\"arithmetic_version\":2}"
    try fixture.write("run", dice: [0.5], metrics: [start, start, laterStart, laterStart])
    #expect(try RunRecording(fixture.path("run")).arithmeticVersions == ["1", "2"])
  }

  /// Larger than a `Double` holds exactly.
  @Test func aSeedIsShownToItsLastDigit() throws {
    let fixture = try RunFolderFixture()
    try fixture.write("run", dice: [0.5])
    try fixture.folder.write(
      "{\"seed\":18446744073709551615,\"rate\":0.05}", to: "run/configuration.json")
    let run = try RunRecording(fixture.path("run"))
    #expect(run.setting("seed") == "18446744073709551615" && run.setting("rate") == "0.05")
  }

  @Test func theLastLineMayBeHalfWritten() throws {
    try fixture.write("run", dice: [0.5])
    try fixture.folder.write(
      iteration("pre-training", 10, 1) + "\n{\"event\":\"iter", to: "run/metrics.jsonl")
    let run = try RunRecording(fixture.path("run"))
    #expect(run.events.count == 1 && !run.isFinished)
  }

  @Test func damageIsNamed() throws {
    func message(_ change: (RunFolderFixture) throws -> Void) throws -> String {
      let fixture = try RunFolderFixture()
      try fixture.write("run", dice: [0.5, 0.5])
      try change(fixture)
      do {
        _ = try RunRecording(fixture.path("run"))
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(
      try message { try $0.folder.write("{}\nnothing\n{}\n", to: "run/metrics.jsonl") }
        .hasSuffix("run/metrics.jsonl: line 2 is damaged: it is not JSON"))
    #expect(
      try message { try $0.folder.write("name,dice\na,1\n", to: "run/test_scores.csv") }
        .contains("test_scores.csv: has no columns"))
    #expect(
      try message {
        try $0.folder.write("name,dice,iou,hd95,asd\na,one,1,,\n", to: "run/test_scores.csv")
      }.hasSuffix("test_scores.csv: line 2 is damaged"))
    for row in ["nan,1,,", "1,1,inf,", "1,1,x,", "1,1"] {
      let table = "name,dice,iou,hd95,asd\na,1,1,,\na,\(row)\n"
      #expect(
        try message { try $0.folder.write(table, to: "run/test_scores.csv") }
          .hasSuffix("test_scores.csv: line 3 is damaged"), "\(row)")
    }
    #expect(
      try message { try $0.folder.write("{}\nnothing\n", to: "run/metrics.jsonl") }
        .hasSuffix("run/metrics.jsonl: line 2 is damaged: it is not JSON"))
    #expect(
      try message { try $0.folder.remove("run/configuration.json") }
        .hasSuffix("run: not the folder of a run: it has no configuration.json"))
  }

  /// Tables of earlier versions have fewer columns, which is not the same as undefined values.
  @Test func tablesOfEveryVersionAreRead() throws {
    try fixture.write("old", dice: [0.5, 0])
    let old = try RunRecording(fixture.path("old"))
    #expect(old.measures.map(\.key) == ["dice", "iou", "hd95", "asd"])
    try fixture.write("new", dice: [0.5, 0])
    let later = "nsd,sensitivity,precision,specificity,lesions,found_lesions,false_lesions"
    let table =
      "name,dice,iou,hd95,asd,predicted_area,true_area,\(later)\n"
      + "a.png,0.5,0.25,3.5,1.25,10,12,0.75,0.5,0.5,1,3,2,4\n"
      + "b.png,0,0,,,0,1,0,0,,0.5,1,0,0\n"
    try fixture.folder.write(table, to: "new/test_scores.csv")
    let new = try RunRecording(fixture.path("new"))
    #expect(new.measures.map(\.key) == Measure.all.map(\.key))
    #expect(new.scores[0].score[.nsd] == 0.75 && new.scores[1].score[.precision] == nil)
    #expect(try ScoreTable(fixture.path("new/test_scores.csv")).csv().contains(",3,2,4\nb.png,"))
    // Two of all four lesions, not the mean of 2/3 and 0.
    let found = ScoreSummary(new.scores.map(\.score), width: 64, height: 64)[.lesionSensitivity]
    #expect(found.mean == 0.5 && found.interval != nil)

    let page = try RunReport.write(
      run: fixture.path("new"), comparedWith: [fixture.path("old")], to: fixture.path("both.html"))
    let text = String(decoding: try fixture.folder.read("both.html"), as: UTF8.self)
    #expect(
      text.split(separator: "<td>not measured</td>", omittingEmptySubsequences: false).count == 13,
      "six measures in two tables: \(page)")
    let backward = try RunReport.write(
      run: fixture.path("old"), comparedWith: [fixture.path("new")], to: fixture.path("old.html"))
    let others = String(decoding: try fixture.folder.read("old.html"), as: UTF8.self)
    #expect(!others.contains("not measured") && !others.contains("NSD"), "\(backward)")

    for row in [
      "a,1,1,,,0,0,2,1,1,1,1,1,1", "a,1,1,,,0,0,1,1,1,1,1.5,1,1", "a,1,1,,,0,0,1,1,1,1,,1,1",
    ] {
      try fixture.folder.write(
        "name,dice,iou,hd95,asd,predicted_area,true_area,\(later)\n\(row)\n",
        to: "new/test_scores.csv")
      let error = #expect(throws: FileError.self) { try RunRecording(fixture.path("new")) }
      #expect(error?.message == "line 2 is damaged", "\(row)")
    }
  }

  /// Names come from other people's folders.
  @Test func scoresThatCannotBeAreDamage() throws {
    for dice in [1e30, -0.5] {
      let fixture = try RunFolderFixture()
      try fixture.write("run", dice: [0.5, dice])
      let error = #expect(throws: FileError.self) { try RunRecording(fixture.path("run")) }
      #expect(error?.message == "line 3 is damaged")
    }
  }

  @Test func hostileNamesStayText() throws {
    let name = "<img src=x onerror=alert(1)> & \"y\" 'z' \"\u{301} onload=w"
    try fixture.write(name, method: "<b>", dice: [0.5])
    let page = try RunReport.write(run: fixture.path(name))
    let text = String(decoding: try fixture.folder.read("\(name)/report.html"), as: UTF8.self)
    #expect(page.hasSuffix("report.html"))
    #expect(!text.contains("<img src=x") && !text.contains("<b><b>"))
    // A quote with an accent on it is one character, and a quote for a browser.
    #expect(!text.unicodeScalars.contains("\u{301}") || text.contains("&quot;\u{301} onload"))
    #expect(
      text.contains("&lt;img src=x onerror=alert(1)&gt; &amp; &quot;y&quot; &#39;z&#39;"))
  }

  @Test func tablesOfOtherSystems() throws {
    try fixture.write("run", dice: [0.5])
    try fixture.folder.write(
      "name,dice,iou,hd95,asd\r\na.png,0.5,0.25,,\r\n", to: "run/test_scores.csv")
    let run = try RunRecording(fixture.path("run"))
    #expect(run.scores.count == 1 && run.scores[0].score.hausdorff95 == nil)
  }

  @Test func quotedFieldsOfATable() {
    #expect(CSV.fields("a.png,1,,2") == ["a.png", "1", "", "2"])
    #expect(
      CSV.fields("\"a, \"\"b\"\".png\",0.5") == ["a, \"b\".png", "0.5"])
  }
}
