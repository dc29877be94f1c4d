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
  private static let project = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private func selfTest(
    ranks: Int? = nil, environment: [String: String?] = [:]
  ) throws -> ChildProcess.Outcome {
    let command = [try ChildProcess.program("switch-dist"), "selftest", "--threads", "1"]
    return try ranks.map {
      try ChildProcess.runParallel(
        ranks: $0, command, environment: environment, timeout: 300)
    } ?? ChildProcess.run(command, environment: environment, timeout: 300)
  }

  private func expectReproduction(
    _ outcome: ChildProcess.Outcome, source: SourceLocation = #_sourceLocation
  ) {
    #expect(outcome.exitCode == 0, "\(outcome.output)", sourceLocation: source)
    let lines = outcome.standardOutput.split(separator: "\n")
    let count = Self.recorded.answers.count
    #expect(
      lines.count { $0.hasSuffix("… equal") } == count, "\(outcome.output)", sourceLocation: source)
    #expect(
      lines.contains("this machine computes the reference results (\(count) of \(count))"),
      "\(outcome.output)", sourceLocation: source)
    #expect(
      lines.last.map(String.init) == Self.recorded.summary, "\(outcome.output)",
      sourceLocation: source)
  }

  @Test func threeRanksComputeThem() throws {
    let temporary = try TemporaryFolder()
    expectReproduction(try selfTest(ranks: 3, environment: ["TMPDIR": temporary.path]))
    // Open MPI may leave files of its own.
    let left = try FileManager.default.contentsOfDirectory(atPath: temporary.path)
    #expect(!left.contains { $0.hasPrefix("switch-dist") })
  }

  @Test(arguments: Processor.families)
  func eachProcessorFamilyComputesThem(environment: [String: String]) throws {
    expectReproduction(try selfTest(environment: environment.mapValues { $0 }))
  }

  /// Whatever OpenBLAS chooses its code for, and with however many threads it was told to use.
  @Test func openBLASDecidesNoBit() throws {
    let outcome = try selfTest(
      environment: ["OPENBLAS_CORETYPE": "Prescott", "OPENBLAS_NUM_THREADS": "3"])
    expectReproduction(outcome)
    #expect(outcome.output.contains("OpenBLAS Prescott"), "\(outcome.output)")
  }

  /// PNG files of all kinds, as they are committed, become these arrays.
  @Test func theFixturesConvertToTheKnownAnswer() throws {
    let workspace = try Workspace()
    let fixtures = Self.project.appending(path: "Tests/Fixtures/dataset").path
    let outcome = try workspace.run(
      ["convert", "--input", fixtures, "--output", "fixtures.h5", "--image-size", "64"])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    #expect(
      try workspace.inspect("fixtures.h5")["contentDigest"] as? String
        == "7ca6ddbb45dfc16ad4d1566f966724262d7dd69e8003c4231a9a048ca00b47cf")
  }

  @Test func theVerdictNamesTheFirstThatDiffers() {
    let known = KnownAnswers(text: "# a comment\na 11\nb 22\nc 33\n")
    func verdict(_ lines: String) -> KnownAnswerRun.Verdict {
      KnownAnswerRun.Verdict(KnownAnswers(text: lines), recorded: known)
    }
    #expect(verdict("a 11\nb 22\nc 33") == .reproduces(count: 3))
    #expect(verdict("a 11\nb 22\nc 33").exitCode == 0)
    let other = verdict("a 11\nb 20\nc 30")
    #expect(other == .differs(.init(name: "b", digest: "20"), recorded: "22"))
    #expect(other.exitCode == 1 && other.text.hasPrefix("b differs from the reference result"))
    let new = verdict("a 11\nd 44")
    #expect(new == .differs(.init(name: "d", digest: "44"), recorded: nil) && new.exitCode == 1)
  }

  /// As `sha256sum` sees the lines.
  @Test func theOneDigestIsOfAllLines() {
    #expect(
      KnownAnswers(text: "# a comment\na 11\nb 22\n").digest
        == "286ac3fb2fd8d1438239bb3927d8f20be194666e96d94bcf634a898399fe444c")
  }

  /// One line for each result, and none twice.
  @Test func theFileIsComplete() {
    let methods = TrainingMethod.allCases.map(\.rawValue) + ["predict"]
    let names =
      ["phantom", "convert", "kernels"]
      + ["fp32", "bf16"].flatMap { precision in methods.map { "\($0)-\(precision)" } }
    #expect(Self.recorded.answers.map(\.name) == names)
    #expect(Self.recorded.answers.allSatisfy { $0.digest.count == 64 })
  }

  @Test func theReadmeQuotesTheOneDigest() throws {
    let readme = try String(contentsOf: Self.project.appending(path: "README.md"), encoding: .utf8)
    let quoted = readme.split(separator: "\n").filter { $0.hasPrefix("digest ") }
    #expect(quoted.map(String.init) == [Self.recorded.summary])
  }
}
