import Foundation
import TestSupport
import Testing

/// A temporary folder with a small data set, in which the product is run as a user would.
final class Workspace: Sendable {
  let folder: TemporaryFolder
  let data: EllipseFolder

  init() throws {
    folder = try TemporaryFolder()
    data = try EllipseFolder(in: folder)
  }

  /// Six iterations in each phase, with dropout and augmentation, evaluated twice.
  static let schedule = ["--pre-iters", "6", "--self-iters", "6", "--eval-every", "3"]
  static let setting = ["--img-size", "64", "--labeled-ratio", "0.5", "--seed", "5"]

  /// Runs `switch-dist` with these arguments in this folder, under mpirun where there are ranks.
  func run(
    _ arguments: [String], ranks: Int? = nil, environment: [String: String?] = [:],
    whileRunning: ((_ process: Int32) -> Void)? = nil
  ) throws -> ChildProcess.Outcome {
    let command = [try ChildProcess.program("switch-dist")] + arguments
    guard let ranks else {
      return try ChildProcess.run(
        command, environment: environment, directory: folder.path, whileRunning: whileRunning)
    }
    return try ChildProcess.runParallel(
      ranks: ranks, command, environment: environment, directory: folder.path,
      whileRunning: whileRunning)
  }

  /// Trains on the data set (or another one); later arguments win over the usual ones.
  func train(
    _ runFolder: String, ranks: Int = 1, threads: Int = 1, _ arguments: [String] = [],
    environment: [String: String?] = [:], whileRunning: ((_ process: Int32) -> Void)? = nil
  ) throws -> ChildProcess.Outcome {
    try run(
      Self.setting + Self.schedule
        + ["--dataset", "./set", "--run-dir", runFolder, "--threads", "\(threads)"] + arguments,
      ranks: ranks == 1 ? nil : ranks, environment: environment, whileRunning: whileRunning)
  }

  /// What `inspect --json` says of a file.
  func inspect(_ file: String) throws -> [String: Any] {
    let outcome = try run(["inspect", "--json", file])
    guard outcome.exitCode == 0 else { throw UnexpectedOutput(text: outcome.output) }
    return try Self.object(outcome.standardOutput)
  }

  /// The events of one kind in a run's `metrics.jsonl`.
  func events(_ runFolder: String, _ kind: String) throws -> [[String: Any]] {
    let text = String(decoding: try folder.read("\(runFolder)/metrics.jsonl"), as: UTF8.self)
    return try text.split(separator: "\n").map { try Self.object(String($0)) }.filter {
      $0["event"] as? String == kind
    }
  }

  /// Whether a run in the making has told an event of this kind.
  func tells(_ kind: String, in runFolder: String) -> Bool {
    (try? events(runFolder, kind))?.isEmpty == false
  }

  /// Whether a run in the making has logged a line with this text.
  func logs(_ text: String, in runFolder: String) -> Bool {
    guard let log = try? folder.read("\(runFolder)/log.txt") else { return false }
    return String(decoding: log, as: UTF8.self).contains(text)
  }

  /// Waits for something; two minutes at most, after which the test has failed.
  static func await(_ isDue: () -> Bool, sourceLocation: SourceLocation = #_sourceLocation) {
    let deadline = Date.now + 120
    while !isDue() {
      guard Date.now < deadline else {
        Issue.record("waited in vain", sourceLocation: sourceLocation)
        return
      }
      Thread.sleep(forTimeInterval: 0.01)
    }
  }

  /// Waits until no process of the program works in the folder: one that was killed may take a moment to go
  /// after `mpirun` has.
  func awaitNoProcess(sourceLocation: SourceLocation = #_sourceLocation) {
    Self.await({ !isAtWork }, sourceLocation: sourceLocation)
  }

  private var isAtWork: Bool {
    let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return processes.filter { Int($0) != nil }.contains { process in
      let target = try? FileManager.default.destinationOfSymbolicLink(
        atPath: "/proc/\(process)/cwd")
      let name = try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)
      return target == folder.path && name?.hasPrefix("switch-dist") == true
    }
  }

  private static func object(_ json: String) throws -> [String: Any] {
    guard let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    else { throw UnexpectedOutput(text: json) }
    return object
  }
}

/// The program said something that the test cannot read.
struct UnexpectedOutput: Error, CustomStringConvertible {
  let text: String
  var description: String { text }
}
