import Foundation
import TestSupport

/// A folder with a synthetic set, plans for it and workers on them.
final class StudyFixture: Sendable {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let phantom = try run([
      "phantom", "--output", "set.h5", "--count", "30", "--image-size", "64", "--seed", "3",
    ])
    guard phantom.exitCode == 0 else { throw UnexpectedOutput(text: phantom.output) }
  }

  /// A few iterations on small batches.
  static let options = """
    options:
      dataset: ./set.h5
      img-size: 64
      batch-size: 4
      pre-iters: 4
      self-iters: 4
      eval-every: 2
      num-workers: 0

    """

  /// Twelve runs.
  static let grid = """
    grid:
      method: [switch, supervised]
      labeled-ratio: [0.2, 0.5]
    seeds: [1, 2, 3]

    """

  func write(_ plan: String, to file: String = "plan.yaml") throws {
    try folder.write(plan, to: file)
  }

  func run(
    _ arguments: [String], environment: [String: String?] = [:],
    whileRunning: ((Int32) -> Void)? = nil
  ) throws -> ChildProcess.Outcome {
    try ChildProcess.run(
      [try ChildProcess.program("switch-dist")] + arguments,
      environment: ChildProcess.parallelEnvironment.merging(environment) { $1 },
      directory: folder.path, timeout: 900, whileRunning: whileRunning)
  }

  /// A worker on the plan.
  func work(
    _ arguments: [String] = [], plan: String = "plan.yaml",
    environment: [String: String?] = [:], whileRunning: ((Int32) -> Void)? = nil
  ) throws -> ChildProcess.Outcome {
    try run(
      ["study", plan, "--threads", "1"] + arguments, environment: environment,
      whileRunning: whileRunning)
  }

  /// Names in the folder of the runs.
  func runs(_ study: String = "studies/plan") -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: folder.file("\(study)/runs"))
    return (names ?? []).sorted()
  }

  /// What must not depend on how a study was carried out: scores and checkpoints of all runs.
  func results(_ study: String = "studies/plan") throws -> [String: Data] {
    var results: [String: Data] = [:]
    for run in runs(study) {
      let path = "\(study)/runs/\(run)"
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.file(path))
      for file in files where file.hasSuffix(".csv") || file.contains(".h5") {
        results["\(run)/\(file)"] = Data(try folder.read("\(path)/\(file)"))
      }
    }
    return results
  }

  func isDone(_ run: String, _ study: String = "studies/plan") -> Bool {
    folder.exists("\(study)/runs/\(run)/test_scores.csv")
  }

  /// The processes that one has started.
  static func children(of process: Int32) -> [Int32] {
    let path = "/proc/\(process)/task/\(process)/children"
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(separator: " ").compactMap { Int32($0) }
  }
}
