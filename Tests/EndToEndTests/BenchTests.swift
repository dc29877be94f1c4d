import Foundation
import TestSupport
import Testing

/// `bench` as its users run it: what it prints, and what it proves about memory.
@Suite(.serialized) struct BenchTests {
  private func report(
    ranks: Int, _ arguments: [String], environment: [String: String?] = [:]
  ) throws -> [String: Any] {
    let program = try ChildProcess.program("switch-dist")
    let launcher = ranks == 1 ? [] : ["mpirun", "--oversubscribe", "-n", "\(ranks)"]
    let outcome = try ChildProcess.run(
      launcher + [program, "bench", "--json", "--image-size", "64", "--threads", "1"] + arguments,
      environment: ChildProcess.parallelEnvironment.merging(environment) { $1 })
    try #require(outcome.exitCode == 0, "\(outcome.output)")
    let lines = outcome.standardOutput.split(separator: "\n")
    #expect(lines.count == 1, "one line of JSON, whatever the number of ranks")
    let value = try JSONSerialization.jsonObject(with: Data(outcome.standardOutput.utf8))
    return try #require(value as? [String: Any])
  }

  /// After the warm-up a step takes no heap memory itself, nobody takes 64 KiB or more, and no page
  /// is touched for the first time.
  @Test(arguments: [1, 2], ["fp32", "bf16"])
  func stepsReserveNothing(ranks: Int, precision: String) throws {
    let counter = try ChildProcess.program("libAllocationCounter.so")
    let report = try report(
      ranks: ranks, ["--precision", precision, "--steps", "8"], environment: ["LD_PRELOAD": counter]
    )
    #expect(report["ranks"] as? Int == ranks)
    #expect(report["precision"] as? String == precision)
    #expect(report["allocations_per_step"] as? Double == 0)
    #expect(report["allocations_of_64_kib_per_step"] as? Double == 0)
    let faults = try #require(report["page_faults_per_step"] as? Double)
    #expect(faults < 32)
    // The counter counts: MPI makes small allocations of its own where there is somebody to talk to.
    if ranks > 1 { #expect(try #require(report["library_allocations_per_step"] as? Double) > 0) }
  }

  /// The program by itself leaves malloc alone, and says nothing of what it does not count.
  @Test func nobodyCountsUnlessAsked() throws {
    let report = try report(ranks: 1, ["--steps", "1"])
    #expect(report["allocations_per_step"] == nil && report["page_faults_per_step"] != nil)
  }

  /// The parts of the breakdown make up the step.
  @Test(arguments: ["self", "pre", "bcp", "supervised"])
  func theBreakdownIsComplete(phase: String) throws {
    let report = try report(ranks: 1, ["--phase", phase, "--steps", "4"])
    #expect(report["phase"] as? String == phase)
    let parts = try #require(report["breakdown"] as? [String: Double])
    let within = try #require(parts["batch_norm_exchange"])
    let hidden = try #require(parts["all_reduce_hidden"])
    let sum = parts.values.reduce(0, +) - within - hidden
    let slowest = try #require(report["max_s"] as? Double)
    let fastest = try #require(report["min_s"] as? Double)
    #expect(sum <= slowest * 1.01 && sum >= fastest * 0.8)
    #expect(try #require(report["percent_of_peak"] as? Double) > 0)
  }
}
