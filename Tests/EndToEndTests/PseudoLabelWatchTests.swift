import Foundation
import TestSupport
import Testing

/// `--watch-pseudo-labels`: what the teacher makes of unlabeled images, held against masks that training does not see.
@Suite(.serialized) struct PseudoLabelWatchTests {
  private static let watch = ["--watch-pseudo-labels"]
  /// At `--labeled-ratio 0.5`.
  private static let unlabeled = EllipseFolder.train[15...]

  /// The numbers of a run's record, without times.
  private func watched(_ run: String, in workspace: Workspace) throws -> [String] {
    let events = try workspace.events(run, "pseudo_labels") + workspace.events(run, "iteration")
    return events.map { event in
      let values = event.filter { !["images_per_second", "seconds", "time"].contains($0.key) }
      return values.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
    }
  }

  @Test func itChangesNothingAndIsTheSameOnAnyNumberOfRanks() throws {
    let workspace = try Workspace()
    for (name, ranks) in [("one", 1), ("three", 3)] {
      let outcome = try workspace.train(name, ranks: ranks, Self.watch)
      try #require(outcome.exitCode == 0, "\(outcome.output)")
    }
    let record = try RunRecord(of: "one", in: workspace)
    #expect(try record.files == Reference.record().files)
    #expect(try record.scores == Reference.record().scores)
    let numbers = try watched("one", in: workspace)
    #expect(try watched("three", in: workspace) == numbers)
    #expect(try workspace.events("one", "pseudo_labels").count == 2)
    // Of the last iteration of self-training; pre-training has no teacher.
    #expect(numbers.count { $0.contains("pseudo_label_dice=") } == 1)
    #expect(try workspace.text("one/report.html").contains("Masks of unlabeled images"))
  }

  /// The last checkpoint, tested on the same images by the same rule, has the same scores.
  @Test func theNumbersAreThoseOfATest() throws {
    let workspace = try Workspace()
    // Long enough for masks that are not empty.
    let schedule = ["--pre-iters", "60", "--self-iters", "30", "--eval-every", "30"]
    let outcome = try workspace.train("run", Self.watch + schedule + ["--img-size", "32"])
    try #require(outcome.exitCode == 0, "\(outcome.output)")
    let event = try #require(try workspace.events("run", "pseudo_labels").last)
    try workspace.data.write(Self.unlabeled.joined(separator: "\n") + "\n", to: "test.txt")
    func dice(_ model: String, _ options: [String]) throws -> Double? {
      let tested = try workspace.run(
        ["test", "--weights", "run/self_last.h5", "--dataset", "./set", "--no-overlays"]
          + ["--model", model, "--output", "tested"] + options)
      try #require(tested.exitCode == 0, "\(tested.output)")
      let files = try FileManager.default.contentsOfDirectory(
        atPath: workspace.folder.file("tested")
      ).filter { $0.hasSuffix(".csv") }
      let rows = try workspace.text("tested/\(try #require(files.first))").split(separator: "\n")
      try workspace.folder.remove("tested")
      let values = rows.dropFirst().compactMap { Double($0.split(separator: ",")[1]) }
      return values.reduce(0, +) / Double(values.count)
    }
    for (key, model, options) in [
      ("teacher_dice", "teacher", ["--largest-component"]),
      ("student_dice", "student", ["--largest-component"]),
      ("teacher_validation_dice", "teacher", ["--split", "val"]),
    ] {
      let told = try #require(event[key] as? Double)
      let found = try #require(try dice(model, options))
      #expect(abs(told - found) < 1e-6 && told > 0, "\(key): \(told), tested \(found)")
    }
    #expect(event["images"] as? Int == 15)
  }

  /// Images without a mask are left out, and where none has one there is nothing to watch.
  @Test func onlyImagesWithAMaskCount() throws {
    let workspace = try Workspace()
    for name in Self.unlabeled.dropFirst(4) { try workspace.data.remove("labels/\(name)") }
    let some = try workspace.train("some", Self.watch)
    try #require(some.exitCode == 0, "\(some.output)")
    #expect(try workspace.events("some", "pseudo_labels").last?["images"] as? Int == 4)
    for name in Self.unlabeled.prefix(4) { try workspace.data.remove("labels/\(name)") }
    let none = try workspace.train("none", ranks: 2, Self.watch)
    #expect(none.exitCode == 1)
    let lines = none.standardError.split(separator: "\n").filter {
      $0.contains("none of the 15 has one; leave it out")
    }
    #expect(lines.count == 1, "\(none.output)")
    #expect(!workspace.folder.exists("none/metrics.jsonl"))
  }

  /// So that a study may say it for all of its methods.
  @Test func aMethodWithoutATeacherHasNothingToWatch() throws {
    let workspace = try Workspace()
    let outcome = try workspace.train("run", Self.watch + ["--method", "supervised"])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    #expect(try workspace.events("run", "pseudo_labels").isEmpty)
  }
}
