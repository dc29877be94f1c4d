import Foundation
import SelfTest
import Settings
import TestSupport
import Testing
import Training

/// Results pinned over time: what was committed with this source must come out again. After a meant
/// change of bits, `launch/known-answers --update` rewrites the lines.
@Suite(.serialized) struct KnownAnswersTests {
  static let recorded = KnownAnswers.recorded

  /// A processor family or a version of oneDNN without lines is said, and what does not depend on
  /// these is compared all the same.
  @Test(arguments: [nil, 3]) func thisMachineComputesThem(ranks: Int?) throws {
    let command = [try ChildProcess.program("switch-dist"), "selftest", "--threads", "1"]
    let temporary = try TemporaryFolder()
    let environment = ["TMPDIR": temporary.path]
    let outcome =
      try ranks.map { try ChildProcess.runParallel(ranks: $0, command, environment: environment) }
      ?? ChildProcess.run(command, environment: environment)
    #expect(!outcome.output.contains("DIFFERS"), "\(outcome.output)")
    let reproduces = "this machine computes the reference results"
    let isNew = "no reference results are known for this machine's arithmetic"
    #expect(
      outcome.exitCode == 0 && outcome.output.contains(reproduces)
        || outcome.exitCode == 2 && outcome.output.contains(isNew), "\(outcome.output)")
    for name in ["phantom (any): ", "convert (any): "] {
      let line = outcome.output.split(separator: "\n").first { $0.hasPrefix(name) }
      #expect(line?.hasSuffix("… equal") == true, "\(outcome.output)")
    }
    // Open MPI may leave files of its own.
    let left = try FileManager.default.contentsOfDirectory(atPath: temporary.path)
    #expect(!left.contains { $0.hasPrefix("switch-dist") })
  }

  /// Whatever OpenBLAS chooses its code for, and with however many threads it was told to use.
  @Test func openBLASDecidesNoBit() throws {
    let outcome = try ChildProcess.run(
      [try ChildProcess.program("switch-dist"), "selftest"],
      environment: ["OPENBLAS_CORETYPE": "Prescott", "OPENBLAS_NUM_THREADS": "3"])
    #expect([0, 2].contains(outcome.exitCode), "\(outcome.output)")
    #expect(outcome.output.contains("OpenBLAS Prescott"), "\(outcome.output)")
    #expect(!outcome.output.contains("DIFFERS"), "\(outcome.output)")
  }

  /// PNG files of all kinds, as they are committed, become these arrays.
  @Test func theFixturesConvertToTheKnownAnswer() throws {
    let workspace = try Workspace()
    let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fixtures/dataset").path
    let outcome = try workspace.run(
      ["convert", "--input", fixtures, "--output", "fixtures.h5", "--image-size", "64"])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    let digest = try workspace.inspect("fixtures.h5")["contentDigest"] as? String
    #expect(digest != nil && digest == Self.recorded.digest("fixtures", "any"))
  }

  @Test func theVerdictNamesTheFirstThatDiffers() {
    let known = KnownAnswers(text: "# a comment\na any 11\nb X/fp32/0 22\nc X/fp32/0 33\n")
    func verdict(_ lines: String) -> KnownAnswerRun.Verdict {
      KnownAnswerRun.Verdict(KnownAnswers(text: lines).answers, recorded: known)
    }
    #expect(verdict("a any 11\nb X/fp32/0 22\nc X/fp32/0 33") == .reproduces(count: 3))
    #expect(
      verdict("a any 11\nb X/fp32/0 20\nc X/fp32/0 30")
        == .differs(.init(name: "b", arithmetic: "X/fp32/0", digest: "20"), recorded: "22"))
    #expect(
      verdict("a any 11\nb Y/fp32/0 20") == .unknownArithmetic(compared: 1, of: 2))
    #expect(verdict("a any 12\nb Y/fp32/0 20").exitCode == 1)
    #expect(verdict("b Y/fp32/0 20").exitCode == 2)
  }

  /// One line for each run of each arithmetic, and none twice.
  @Test func theFileIsComplete() {
    let answers = Self.recorded.answers
    let keys = answers.map { "\($0.name) \($0.arithmetic)" }
    #expect(Set(keys).count == keys.count)
    #expect(answers.allSatisfy { $0.digest.count == 64 })
    for name in ["phantom", "convert", "fixtures"] {
      #expect(Self.recorded.digest(name, "any") != nil)
    }
    let runs = TrainingMethod.allCases.map { "\($0.rawValue)-fp32" } + ["predict-fp32"]
    let arithmetics = Set(answers.map(\.arithmetic)).filter { $0.contains("/fp32/") }
    #expect(!arithmetics.isEmpty)
    for arithmetic in arithmetics {
      for name in runs { #expect(Self.recorded.digest(name, arithmetic) != nil, "\(name)") }
    }
  }
}
