import Studies
import TestSupport
import Testing
import Watching

/// What a folder says of the runs in it.
@Suite struct RunGroupTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Runs that are still to come are among them; those that failed before they had a folder never come.
  @Test func aStudyHasTheRunsOfItsPlan() throws {
    try folder.write("title: Both\ngrid: {method: [switch, bcp]}\nseeds: [1, 2]\n", to: "plan.yaml")
    let study = try Study.open(
      plan: folder.file("plan.yaml"), in: StudyFolder(folder.file("study")))
    let all = study.points.map { study.folder.run($0).path }
    #expect(all.count == 4)
    #expect(
      RunGroup.find(at: study.folder.path) == RunGroup(title: "Both", runs: all))
    for point in study.points[..<2] {
      try folder.write("{}", to: "study/failures/\(point.name).json")
    }
    try folder.makeFolder("study/runs/\(study.points[1].name)")
    #expect(RunGroup.find(at: study.folder.path)?.runs == Array(all[1...]))
    // A look at runs that are to come says so.
    var list = WatchList([study.folder.path])
    let section = try #require(try list.look(now: 0).first)
    #expect(section.runs.map(\.state) == [.waiting, .waiting, .waiting])
  }

  @Test func otherFoldersHaveTheRunsThatHaveBegun() throws {
    try folder.makeFolder("all/runs/empty")
    #expect(RunGroup.find(at: folder.file("all")) == nil)
    try folder.makeFolder("all/runs/one")
    try folder.write("", to: "all/runs/one/log.txt")
    #expect(
      RunGroup.find(at: folder.file("all"))?.runs == [folder.file("all/runs/one")])
    #expect(RunGroup.find(at: folder.file("all/runs/one")) == nil)
  }
}
