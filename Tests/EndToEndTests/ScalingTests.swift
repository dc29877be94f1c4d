import Foundation
import TestSupport
import Testing

/// `scaling` as its users run it: what it predicts, held against jobs of several ranks.
@Suite(.serialized) struct ScalingTests {
  private func report(
    ranks: Int, _ arguments: [String], environment: [String: String?] = [:]
  ) throws -> [String: Any] {
    let program = try ChildProcess.program("switch-dist")
    let launcher = ranks == 1 ? [] : ["mpirun", "--oversubscribe", "-n", "\(ranks)"]
    let outcome = try ChildProcess.run(
      launcher + [program, "scaling", "--json", "--threads", "1"] + arguments,
      environment: ChildProcess.parallelEnvironment.merging(environment) { $1 })
    try #require(outcome.exitCode == 0, "\(outcome.output)")
    let value = try JSONSerialization.jsonObject(with: Data(outcome.standardOutput.utf8))
    return try #require(value as? [String: Any])
  }

  private func number(_ value: Any?, _ keys: String...) throws -> Double {
    var value = value
    for key in keys { value = (value as? [String: Any])?[key] }
    return try #require(value as? Double)
  }

  /// Where messages take 20 ms, a step of several ranks is the rounds of its exchanges that nothing hides, and
  /// the model counts them: of batch norms, losses, gradients, verdict and teacher.
  @Test(arguments: [(2, 44.0), (3, 134), (4, 89)])
  func exchangesAreCounted(ranks: Int, rounds: Double) throws {
    let seconds = 0.02
    let report = try report(
      ranks: ranks,
      [
        "--image-size", "32", "--steps", "3", "--world", "\(ranks)", "--ranks-per-host", "1",
        "--link", "20000,1000",
      ],
      environment: [
        "LD_PRELOAD": try ChildProcess.program("libExchangeDelays.so"),
        "SWITCH_TEST_LATENCY_US": "20000",
      ])
    #expect(report["ranks"] as? Int == ranks)
    let rows = try #require(report["rows"] as? [[String: Any]])
    let row = rows.first { $0["network"] as? String == "--link" }
    let counted = try number(row?["step"], "exchange") / seconds
    let computed = try number(row?["step"], "computation") / seconds
    #expect(counted < 1.15 * rounds)
    // Slow computing hides more of them.
    #expect(counted + computed > 0.85 * rounds)
    // A busy machine makes a step longer, nothing makes it shorter.
    #expect(try number(report["job"], "measured_seconds") > 0.9 * counted * seconds)
  }

  /// What is said of a rank's memory holds for ranks that are there, as few as there are.
  @Test(arguments: [1, 2, 4]) func memoryIsPredicted(ranks: Int) throws {
    let options = ["--image-size", "64", "--steps", "1"]
    let report = try report(ranks: 1, options + ["--world", "\(ranks)"])
    let row = try #require((report["rows"] as? [[String: Any]])?.first)
    let predicted = try #require(row["mebibytes_per_rank"] as? Int)
    let outcome = try ChildProcess.runParallel(
      ranks: ranks,
      [try ChildProcess.program("switch-dist"), "bench", "--json", "--threads", "1"] + options)
    let value = try JSONSerialization.jsonObject(with: Data(outcome.standardOutput.utf8))
    let measured = try #require((value as? [String: Any])?["peak_rss_mib"] as? Int)
    #expect(predicted > measured * 2 / 3 && predicted < measured * 2)
  }

  /// All worlds on all networks; more ranks than the batch has pairs get a larger one.
  @Test func largeWorldsAreToldOf() throws {
    let report = try report(
      ranks: 1, ["--image-size", "32", "--steps", "1", "--world", "8,512", "--ranks-per-host", "4"])
    let rows = try #require(report["rows"] as? [[String: Any]])
    #expect(rows.count == 10 && report["job"] == nil)
    for row in rows {
      let ranks = try #require(row["ranks"] as? Int)
      #expect(row["batch_size"] as? Int == max(16, 2 * ranks))
      let parts = try ["computation", "imbalance", "exchange"].map { try number(row["step"], $0) }
      #expect(abs(parts.reduce(0, +) / (try number(row["step"], "seconds")) - 1) < 1e-6)
      #expect(try number(row["bring_up_seconds"]) > 0)
    }
    func seconds(_ network: String, _ ranks: Int) throws -> Double {
      let row = rows.first {
        $0["network"] as? String == network && $0["ranks"] as? Int == ranks
      }
      return try number(row?["step"], "seconds")
    }
    #expect(try seconds("1GbE", 8) < seconds("1GbE", 512))
    #expect(try seconds("InfiniBand", 512) < seconds("1GbE", 512))
  }

  @Test(arguments: [
    (["--world", "8,x"], "--world"), (["--world", "0"], "--world"),
    (["--phase", "eval"], "--phase"),
    (["--ranks-per-host", "0"], "--ranks-per-host"), (["--steps", "0"], "--steps"),
    (["--batch-size", "6"], "--batch-size"), (["--link", "12"], "--link"),
    (["--link", "12,0"], "--link"),
  ]) func wrongWordsAreRefused(arguments: [String], named: String) throws {
    let outcome = try ChildProcess.run(
      [try ChildProcess.program("switch-dist"), "scaling"] + arguments)
    #expect(outcome.exitCode == 1 || outcome.exitCode == 64)
    #expect(outcome.standardError.hasPrefix("error: ") && outcome.standardError.contains(named))
    #expect(outcome.standardOutput.isEmpty)
  }
}
