import Report
import Runs
import Testing

@Suite struct ComparisonTests {
  private func comparison(_ own: [Double], _ other: [Double]) throws -> Comparison {
    let fixture = try RunFolderFixture()
    try fixture.write("own", dice: own)
    try fixture.write("other", dice: other)
    return Comparison(
      try RunRecording(fixture.path("own")), with: try RunRecording(fixture.path("other")))
  }

  @Test func aDifferenceBeyondItsIntervalDecides() throws {
    let low = [0.1, 0.5, 0.3, 0.7, 0.2, 0.6]
    let high = low.map { $0 + 0.1 }
    let better = try comparison(high, low)
    #expect(better.dice?.verdict == .better && better.commonCount == 6)
    // Paired: the same difference on each image leaves no doubt, however far the images differ.
    #expect(abs(try #require(better.dice).interval.lower - 0.1) < 1e-9)
    #expect(try comparison(low, high).dice?.verdict == .worse)
    #expect(try comparison(low, low.reversed()).dice?.verdict == .undecided)
  }

  /// Synthetic sets of two seeds have images of the same names.
  @Test func otherDataAreNotCompared() throws {
    let fixture = try RunFolderFixture()
    for (name, digest) in [("own", "aa"), ("other", "bb")] {
      try fixture.write(
        name, dice: [0.5, 0.25],
        metrics: ["{\"event\":\"start\",\"source_digest\":\"\(digest)\"}"])
    }
    let comparison = Comparison(
      try RunRecording(fixture.path("own")), with: try RunRecording(fixture.path("other")))
    #expect(!comparison.hasSameData && comparison.commonCount == 0 && comparison.dice == nil)
  }

  /// Their pixels are not of one length.
  @Test func distancesOfOtherImageSizesAreNotCompared() throws {
    let fixture = try RunFolderFixture()
    for name in ["own", "other"] { try fixture.write(name, dice: [0.5, 0.25]) }
    let configuration = "other/configuration.json"
    let text = String(decoding: try fixture.folder.read(configuration), as: UTF8.self)
    try fixture.folder.write(
      text.replacing("\"imageSize\":64", with: "\"imageSize\":32"), to: configuration)
    let page = try RunReport.write(
      run: fixture.path("own"), comparedWith: [fixture.path("other")],
      to: fixture.path("both.html"))
    let cells = String(decoding: try fixture.folder.read("both.html"), as: UTF8.self)
      .split(separator: "<td>other image size</td>", omittingEmptySubsequences: false)
    #expect(cells.count == 3, "HD95 and ASD: \(page)")
  }

  /// What else differs is said, but for what only other methods use.
  @Test func otherSettingsAreNamed() throws {
    let fixture = try RunFolderFixture()
    try fixture.write("own", dice: [0.5])
    try fixture.write("other", method: "supervised", dice: [0.5])
    let configuration = "other/configuration.json"
    let text = String(decoding: try fixture.folder.read(configuration), as: UTF8.self)
    try fixture.folder.write(
      text.replacing("\"preIterations\":20", with: "\"preIterations\":30")
        .replacing("\"selfIterations\":10", with: "\"selfIterations\":40"), to: configuration)
    let run = try RunRecording(fixture.path("own"))
    let comparison = Comparison(run, with: try RunRecording(fixture.path("other")))
    let settings = comparison.otherSettings(than: run)
    #expect(settings.map(\.name) == ["schedule.selfIterations"])
    #expect(settings.map(\.value) == ["40"])
  }

  @Test func onlyCommonImagesCount() throws {
    let partial = try comparison([0.5, 0.5, 0.5], [0.25, 0.25])
    #expect(partial.commonCount == 2 && partial.dice?.interval.mean == 0.25)
    let none = try comparison([0.5], [])
    #expect(none.commonCount == 0 && none.dice == nil)
  }
}
