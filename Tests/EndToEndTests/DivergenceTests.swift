import Foundation
import TestSupport
import Testing

/// Steps that make numbers which cannot be summed: what is said, and what going back leads to.
@Suite(.serialized) struct DivergenceTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// The one line of a run that failed.
  private func failure(of outcome: ChildProcess.Outcome) throws -> String {
    #expect(outcome.exitCode == 1, "\(outcome.output)")
    let lines = outcome.output.split(separator: "\n").filter { $0.contains("error: ") }
    try #require(lines.count == 1, "\(outcome.output)")
    return String(lines[0])
  }

  // MARK: A learning rate

  @Test func aRunThatStopsSaysWhyAndHowToGoOn() throws {
    let stopped = try workspace.train("run", Reference.tooFast)
    let line = try failure(of: stopped)
    for text in [
      "error: pre-training, iteration ", " is not finite or too large to be summed; ",
      "the run has diverged: the loss rose from ", "(iteration 1)", "the largest weight is ",
      "the gradients' norm was about ",
      "the last good checkpoint is run/pre_last.h5, after 2 iterations; ",
      "--resume --on-divergence rollback", "--learning-rate 0.5",
    ] { #expect(line.contains(text), "\(text) is not in \(line)") }
    #expect(!line.contains("bf16"))
    let events = try workspace.events("run", "divergence")
    #expect(events.count == 1 && events[0]["cause"] as? String == "divergence")
    #expect(events.first?["back_to"] is NSNull)

    let resumed = try workspace.train(
      "run", ranks: 2, Reference.tooFast + Reference.rollback + ["--resume"])
    #expect(resumed.exitCode == 0, "\(resumed.output)")
    let (record, expected) = (try RunRecord(of: "run", in: workspace), try Reference.cured.get())
    #expect(record.digests == expected.digests && record.scores == expected.scores)
    #expect(record.files["pre_last"] == expected.files["pre_last"])
  }

  @Test func ranksAndThreadsChangeNothing() throws {
    let other = try RunRecord.ofTraining(
      ranks: 2, threads: 2, Reference.tooFast + Reference.rollback)
    #expect(try other == Reference.cured.get())
  }

  /// Stopped between an evaluation and the divergence, and between going back and the next evaluation:
  /// where the run goes back to is the same.
  @Test func interruptionsChangeNothing() throws {
    let common = Reference.tooFast + Reference.rollback
    for (index, stop) in ["3", "1", "1", "2"].enumerated() {
      let stopped = try workspace.train(
        "run", ranks: 1 + index % 2,
        common + ["--stop-after", stop] + (index > 0 ? ["--resume"] : []))
      try #require(stopped.exitCode == 3, "\(stopped.output)")
      if index == 0 { #expect(workspace.folder.exists("run/pre_evaluated.h5")) }
    }
    let last = try workspace.train("run", ranks: 3, common + ["--resume"])
    #expect(last.exitCode == 0, "\(last.output)")
    let (record, expected) = (try RunRecord(of: "run", in: workspace), try Reference.cured.get())
    #expect(record.files == expected.files && record.scores == expected.scores)
    #expect(!workspace.folder.exists("run/pre_evaluated.h5"))
  }

  /// What is damaged is computed again, the rollback too, which then is no further one.
  @Test func damageChangesNothing() throws {
    let common = Reference.tooFast + Reference.rollback + ["--checkpoint-every", "1"]
    // A state that is not that of an evaluation, and that to which the run has just gone back.
    for (index, stop) in ["3", "2"].enumerated() {
      let stopped = try workspace.train(
        "run", common + ["--stop-after", stop] + (index > 0 ? ["--resume"] : []))
      try #require(stopped.exitCode == 3, "\(stopped.output)")
      let last = try workspace.inspect("run/pre_last.h5")
      #expect(last["iteration"] as? Int == [3, 2][index])
      #expect(last["rollbacks"] as? Int == [nil, 1][index])
      let middle = try workspace.folder.read("run/pre_last.h5").count / 2
      try workspace.folder.flip(byteAt: middle, of: "run/pre_last.h5")
    }
    let resumed = try workspace.train("run", ranks: 2, common + ["--resume"])
    #expect(resumed.exitCode == 0, "\(resumed.output)")
    #expect(resumed.output.contains("after 3 iterations, from run/pre_previous.h5"))
    let (record, expected) = (try RunRecord(of: "run", in: workspace), try Reference.cured.get())
    #expect(record.files == expected.files && record.scores == expected.scores)
    let report = String(decoding: try workspace.folder.read("run/report.html"), as: UTF8.self)
    #expect(
      report.split(separator: "diverged; went back to iteration ").count - 1
        == (try workspace.inspect("run/pre_last.h5")["rollbacks"] as? Int))
  }

  @Test func checkpointsAndRecordsKnowOfIt() throws {
    let common = Reference.tooFast + ["--pre-iters", "10"]
    let run = try workspace.train("run", common + Reference.rollback)
    try #require(run.exitCode == 0, "\(run.output)")
    let events = try workspace.events("run", "divergence")
    let count = try #require(workspace.inspect("run/pre_last.h5")["rollbacks"] as? Int)
    #expect(count > 0 && events.count == count)
    #expect(events.map { $0["rollbacks"] as? Int } == (1...count).map { $0 })
    let rates = (1...count).map { 5 / Double(1 << $0) }
    #expect(events.map { $0["learning_rate"] as? Double } == rates)
    #expect(events.allSatisfy { ($0["back_to"] as? Int).map { $0 % 2 == 0 } == true })
    let notes = run.standardError.split(separator: "\n").filter {
      $0.contains("with half the learning rate, \(rates[0]) (1 of 12)")
    }
    #expect(notes.count == 1, "\(run.output)")
    let text = try workspace.run(["inspect", "run/pre_last.h5"]).standardOutput
    #expect(text.contains("rollbacks             \(count), learning rate now from "))
    let report = String(decoding: try workspace.folder.read("run/report.html"), as: UTF8.self)
    #expect(report.contains("diverged; went back to iteration "))
    // The last rate of the cosine is that of the halved one.
    let iteration = try #require(try workspace.events("run", "iteration").last)
    let rate = try #require(iteration["learning_rate"] as? Double)
    #expect(rate > 0 && rate < 0.05 * rates[count - 1])

    let refused = try workspace.train("run", common + ["--resume"])
    #expect(
      try failure(of: refused).contains(
        "run/self_last.h5: cannot be resumed with other settings: --on-divergence is stop, "
          + "was rollback"))
  }

  @Test func aRunThatHasGoneBackOftenEnoughStops() throws {
    let outcome = try workspace.train(
      "run", ranks: 2,
      Reference.tooFast + [
        "--learning-rate", "1e30", "--on-divergence", "rollback", "--divergence-retries", "2",
      ])
    let line = try failure(of: outcome)
    #expect(line.contains("more than --divergence-retries 2"), "\(line)")
    #expect(
      outcome.standardError.split(separator: "going back to ").count == 3, "\(outcome.output)")
    #expect(try workspace.inspect("run/pre_last.h5")["rollbacks"] as? Int == 2)
  }

  @Test func brainFloatIsNamed() throws {
    let outcome = try workspace.train(
      "run", Reference.tooFast + ["--learning-rate", "1e30", "--precision", "bf16"])
    let line = try failure(of: outcome)
    #expect(line.contains("the run has diverged: ") && line.contains("--precision fp32"), "\(line)")
    #expect(line.contains("there is no checkpoint to go back to yet"), "\(line)")
  }

  // MARK: Data and weights

  /// A lower rate would not help, so that the run does not go back.
  @Test func blackImagesAreAFaultOfTheData() throws {
    for (index, file) in EllipseFolder.train.enumerated() {
      let (width, height) = (84 + index % 5, 72 + index % 7)
      let black = [UInt8](repeating: 0, count: width * height)
      try workspace.data.write(
        PlainPNG.gray(width: width, height: height, pixels: black), to: "images/\(file)")
    }
    let arguments = ["--img-size", "32", "--batch-size", "8"] + Reference.rollback
    let lines = try [1, 2].map { ranks in
      try failure(of: workspace.train("run\(ranks)", ranks: ranks, arguments))
    }
    #expect(lines[0] == lines[1])
    for text in [
      "the data are at fault, not the learning rate", "images are constant",
      "train_", "going back would repeat it",
    ] { #expect(lines[0].contains(text), "\(text) is not in \(lines[0])") }
    #expect(try workspace.events("run1", "divergence").first?["cause"] as? String == "data")
  }

  /// Weights of a run that was about to diverge are no start for another one.
  @Test func hugeWeightsAreNotTheRatesFault() throws {
    let first = try workspace.train(
      "run", Reference.tooFast + ["--learning-rate", "1e30", "--pre-iters", "1"])
    try #require(first.exitCode == 0, "\(first.output)")
    let second = try workspace.train(
      "other", Reference.tooFast + Reference.rollback + ["--init", "run/pre_best.h5"])
    let line = try failure(of: second)
    #expect(line.contains("pre-training, iteration 1: "), "\(line)")
    #expect(line.contains("the weights that the phase began with are at fault"), "\(line)")
    #expect(line.contains("start on others by --init"), "\(line)")
  }
}
