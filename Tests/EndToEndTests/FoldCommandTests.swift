import Foundation
import TestSupport
import Testing

/// `switch-dist split` and `train --fold`: folds of a data set that stays as it is.
@Suite(.serialized) struct FoldCommandTests {
  private let fixture: StudyFixture
  private var folder: TemporaryFolder { fixture.folder }

  init() throws { fixture = try StudyFixture() }

  private func split(_ arguments: [String] = []) throws {
    let outcome = try fixture.run(
      ["split", "./set.h5", "--folds", "3", "--output", "folds.csv"] + arguments)
    try #require(outcome.exitCode == 0, "\(outcome.output)")
    #expect(outcome.standardOutput.contains("  fold 3  10 images"), "\(outcome.output)")
  }

  /// As an axis of a study, each image is tested in one run of each method.
  @Test func everyImageIsTestedOnce() throws {
    try split()
    try fixture.write(
      StudyFixture.options
        + "  folds: folds.csv\n  labeled-ratio: 0.5\ngrid:\n  fold: [1, 2, 3]\n")
    let outcome = try fixture.work()
    try #require(outcome.exitCode == 0, "\(outcome.output)")
    #expect(fixture.runs() == ["fold=1,seed=1", "fold=2,seed=1", "fold=3,seed=1"])
    let table = String(decoding: try folder.read("folds.csv"), as: UTF8.self)
    var tested: [String] = []
    for fold in 1...3 {
      let path = "studies/plan/runs/fold=\(fold),seed=1"
      let scores = String(decoding: try folder.read("\(path)/test_scores.csv"), as: UTF8.self)
      let names = scores.split(separator: "\n").dropFirst().map { $0.prefix { $0 != "," } }
      #expect(names.allSatisfy { table.contains("\($0),\($0),\(fold)\n") }, "\(names)")
      tested += names.map(String.init)
      let log = String(decoding: try folder.read("\(path)/log.txt"), as: UTF8.self)
      #expect(log.contains("10 train, 10 val, 10 test images"), "\(log)")
    }
    #expect(tested.count == 30 && Set(tested).count == 30)
  }

  /// The fold decides the result: it is in the files, and a run of another one is not gone on with. A test of
  /// the run finds its images.
  @Test func aRunKeepsItsFold() throws {
    try split(["--group-by", "^phantom_(.*)\\.png"])
    let training = [
      "--dataset", "./set.h5", "--img-size", "64", "--batch-size", "4", "--pre-iters", "2",
      "--self-iters", "2", "--eval-every", "2", "--labeled-ratio", "0.5", "--threads", "1",
      "--run-dir", "run", "--folds", "folds.csv",
    ]
    let first = try fixture.run(training + ["--fold", "2"])
    try #require(first.exitCode == 0, "\(first.output)")
    let scores = try folder.read("run/test_scores.csv")
    let test = try fixture.run(["test", "--run", "run", "--no-overlays", "--threads", "1"])
    #expect(test.exitCode == 0, "\(test.output)")
    #expect(try folder.read("run/test/test_student_scores.csv") == scores)
    let other = try fixture.run(training + ["--fold", "3", "--resume"])
    #expect(
      other.exitCode == 1 && other.standardError.contains("--fold is 3, was 2"), "\(other.output)")
    // Other folds of the same number are other data.
    try split(["--seed", "2"])
    let changed = try fixture.run(training + ["--fold", "2", "--resume"])
    #expect(
      changed.exitCode == 1 && changed.standardError.contains("other data"), "\(changed.output)")
  }

  @Test(arguments: [
    (["--fold", "1"], "--fold needs --folds"), (["--folds", "folds.csv"], "--folds needs --fold"),
    (["--folds", "folds.csv", "--fold", "4"], "has the folds 1 to 3 and no fold 4"),
    (["--folds", "nowhere.csv", "--fold", "1"], "nowhere.csv: "),
  ])
  func foldsThatCannotBeAreOneLine(arguments: [String], reason: String) throws {
    try split()
    let outcome = try fixture.run(
      ["--dataset", "./set.h5", "--img-size", "64", "--run-dir", "run"] + arguments)
    #expect(outcome.exitCode == 1 && outcome.standardError.contains(reason), "\(outcome.output)")
    #expect(outcome.standardError.split(separator: "\n").count == 1, "\(outcome.output)")
  }

  @Test(arguments: [
    (["--folds", "2"], "--folds must be 3 or more"),
    (["--folds", "40"], "are too few for 40 folds"),
    (["--group-by", "^(q)"], "finds no group in the name"),
    (["--output", "folds"], "ends in .csv"),
  ])
  func splitRefusesInOneLine(arguments: [String], reason: String) throws {
    let output = arguments.contains("--output") ? [] : ["--output", "folds.csv"]
    let outcome = try fixture.run(["split", "./set.h5"] + output + arguments)
    #expect(outcome.exitCode == 1 && outcome.standardError.contains(reason), "\(outcome.output)")
    #expect(!folder.exists("folds.csv"))
  }
}
