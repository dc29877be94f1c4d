import Runs
import Settings
import Studies
import TestSupport
import Testing

/// What a study says of its runs, by what lies in their folders.
@Suite struct StudyStateTests {
  private let folder: TemporaryFolder
  private let study: Study
  private var point: StudyPoint { study.points[0] }
  private var run: String { "study/runs/\(point.name)" }

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("options: {pre-iters: 100, self-iters: 50}\nseeds: [1, 2]", to: "plan.yaml")
    study = try Study.open(
      plan: folder.file("plan.yaml"), in: StudyFolder(folder.file("study")))
  }

  private static let table = """
    name,dice,iou,hd95,asd,predicted_area,true_area
    a.png,0.500000,0.300000,2.500000,1.250000,10,12
    b.png,0.333333,0.200000,,,10,12

    """
  private static let test =
    #"{"event":"test","time":1.5,"images":2,"dice":0.4166666,"iou":0.25,"hd95":2.5,"asd":1.25}"#
  private static let checkpoint =
    #"{"event":"checkpoint","time":1.5,"file":"self_best.h5","digest":"ab"}"#

  /// A run that came to its end, as far as a study looks.
  private func finish(_ change: (inout [String: String]) -> Void = { _ in }) throws {
    var files = [
      "test_scores.csv": Self.table, "self_best.h5": "weights", "log.txt": "",
      "metrics.jsonl": "\(Self.test)\n\(Self.checkpoint)\n",
      "configuration.json": try point.configuration.canonicalJSON(),
    ]
    change(&files)
    try folder.makeFolder(run)
    for (name, text) in files { try folder.write(text, to: "\(run)/\(name)") }
  }

  @Test func aFinishedRunIsDone() throws {
    #expect(study.state(of: point) == .waiting)
    try finish()
    #expect(study.state(of: point) == .done)
    #expect(study.state(of: study.points[1]) == .waiting)
    let again = try Study.read(folder.file("study"))
    #expect(again.points.map(\.name) == study.points.map(\.name))
    #expect(again.state(of: point) == .done)
  }

  /// Scores that are missing, cut off or others than the test found are none.
  @Test(arguments: [
    ("test_scores.csv", nil, nil), ("test_scores.csv", "0.500000", "0.510000"),
    ("test_scores.csv", "b.png,0.333333,0.200000,,,10,12\n", ""),
    ("test_scores.csv", "2.500000", ""), ("metrics.jsonl", #""images":2"#, #""images":3"#),
    ("metrics.jsonl", checkpoint, ""), ("metrics.jsonl", nil, nil), ("self_best.h5", nil, nil),
    ("metrics.jsonl", "self_best", "pre_best"),
  ])
  func scoresThatDoNotHoldAreNone(file: String, old: String?, new: String?) throws {
    try finish { files in
      files[file] = old.flatMap { old in files[file]?.replacing(old, with: new ?? "") }
    }
    #expect(study.state(of: point) == .begun)
  }

  /// Who tests a run that was stopped gets scores of it, which are not the study's.
  @Test func theLastPhaseMustHaveEnded() throws {
    func event(_ name: String, of phase: String) -> String {
      #"{"event":"\#(name)","time":1,"phase":"\#(phase)","iteration":5}"#
    }
    func state(_ events: [String]) throws -> StudyPoint.State {
      try finish { files in
        files["metrics.jsonl"] = (events + [Self.test, Self.checkpoint, ""]).joined(separator: "\n")
      }
      return study.state(of: point)
    }
    let first = [event("iteration", of: "pre-training"), event("phase", of: "pre-training")]
    #expect(try state(first) == .begun)
    let stopped =
      first + [
        event("validation", of: "self-training"), event("stopped", of: "self-training"),
      ]
    #expect(try state(stopped) == .begun)
    #expect(try state(stopped + [event("phase", of: "self-training")]) == .done)
    #expect(try state([event("phase", of: "training")]) == .done)
  }

  /// The share of lesions found is that of all lesions, not a mean of images.
  @Test func lesionsOfAllImagesCountTogether() throws {
    try finish { files in
      files["test_scores.csv"] = """
        name,dice,iou,hd95,asd,predicted_area,true_area,lesions,found_lesions
        a.png,0.500000,0.300000,2.500000,1.250000,10,12,3,1
        b.png,0.333333,0.200000,,,10,12,1,1

        """
      files["metrics.jsonl"]?.replace(
        #""iou":0.25"#, with: #""iou":0.25,"lesion_sensitivity":0.5"#)
    }
    #expect(study.state(of: point) == .done)
  }

  @Test func aRunOfOtherSettingsIsNamed() throws {
    var other = point.configuration
    other.schedule.batchSize = 24
    try finish { $0["configuration.json"] = try? other.canonicalJSON() }
    guard case .failed(let failure) = study.state(of: point) else {
      Issue.record("\(study.state(of: point))")
      return
    }
    #expect(failure.message.contains("--batch-size is 24, was 16"), "\(failure.message)")
  }

  @Test func failuresAreRead() throws {
    try folder.write(
      #"{"code":1,"message":"no such data set","sessions":1,"tool_version":"1"}"#,
      to: "study/failures/\(point.name).json")
    guard case .failed(let failure) = study.state(of: point) else {
      Issue.record("\(study.state(of: point))")
      return
    }
    #expect(failure.code == 1 && failure.message == "no such data set")
    // A result counts for more than the record of an earlier try.
    try finish()
    #expect(study.state(of: point) == .done)
  }

  /// Half of the work of a run lies where its records say, in whatever phase.
  @Test func progressFollowsTheRecords() throws {
    let files = RunFolder(folder.file(run))
    #expect(point.workDone(in: files) == 0)
    try folder.makeFolder(run)
    func done(_ phase: String, _ iteration: Int) throws -> Double {
      try folder.write(
        #"{"event":"iteration","time":1,"phase":"\#(phase)","iteration":\#(iteration)}"#
          + "\n{\"eve",
        to: "\(run)/metrics.jsonl")
      return point.workDone(in: files) / point.work
    }
    let (half, all) = (try done("pre-training", 50), try done("pre-training", 100))
    #expect(abs(2 * half - all) < 1e-9 && half > 0)
    #expect(try done("self-training", 25) == (1 + all) / 2)
    #expect(try done("self-training", 50) == 1)
  }

  @Test func onlyAStudyIsRead() {
    #expect(throws: (any Error).self) { try Study.read(folder.file("study/runs")) }
  }
}
