import Foundation
import TestSupport
import Testing

/// What README and "Daily tasks" tell people to type is true on the day it is read: their commands run,
/// one after the other, on smaller images and with fewer iterations. `launch/demo` and `launch/test`
/// are run by `.ci/run`, since they build.
@Suite struct ReadmeTests {
  private static let project = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: project.appending(path: path), encoding: .utf8)
  }

  /// The lines of all shell blocks, and the commands in the second column of tables.
  private func commands(_ document: String) throws -> [String] {
    var found: [String] = []
    var isInside = false
    for line in try Self.text(document).split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        isInside = line == "```sh"
      } else if isInside && !line.isEmpty {
        found.append(String(line))
      } else if let match = line.wholeMatch(of: /\| [^|`]+ \| `([^`]+)` \|/) {
        found.append(String(match.1))
      }
    }
    return found
  }

  /// The same command on 64×64 images, four iterations a phase.
  private func shortened(_ command: String) -> String {
    let size =
      command.contains("phantom") || command.contains("convert") || command.contains("bench")
    let trains = command.contains("--exp") || command.contains("--dry-run")
    guard size || trains else { return command }
    let flags =
      size ? "--image-size 64" : "--img-size 64 --pre-iters 4 --self-iters 4 --eval-every 2"
    guard let end = command.range(of: " || ") else { return "\(command) \(flags)" }
    return "\(command[..<end.lowerBound]) \(flags)\(command[end.lowerBound...])"
  }

  /// The commands' outputs.
  private func run(_ commands: [String]) throws -> [String] {
    let folder = try TemporaryFolder()
    let program = URL(fileURLWithPath: try ChildProcess.program("switch-dist"))
    let path = program.deletingLastPathComponent().path
    return try commands.map { command in
      let line = "PATH=\"\(path):$PATH\"; \(shortened(command))"
      let outcome = try ChildProcess.run(
        ["/bin/sh", "-c", line], environment: ChildProcess.parallelEnvironment,
        directory: folder.path)
      let stops = command.contains("--stop-after") && !command.contains("||")
      #expect(outcome.exitCode == (stops ? 3 : 0), "\(command)\n\(outcome.output)")
      return outcome.output
    }
  }

  @Test func theCommandsOfTheReadmeRun() throws {
    let all = try commands("README.md")
    let launchers = all.filter { $0.hasPrefix("launch/") }
    #expect(launchers == ["launch/demo", "launch/test"])
    for launcher in launchers {
      let path = Self.project.appending(path: launcher).path
      #expect(FileManager.default.isExecutableFile(atPath: path))
      #expect(try Self.text(".ci/run").contains(launcher))
    }
    // KnownAnswersTests run it.
    let selfTest = "switch-dist selftest"
    #expect(all.contains(selfTest))
    let others = all.filter { !launchers.contains($0) && $0 != selfTest }
    #expect(others.count > 10)
    let outputs = try run(others)
    // The interrupted run gave the result of the undisturbed one, on other ranks.
    let comparison = try #require(others.firstIndex { $0.contains(" diff ") })
    #expect(outputs[comparison].contains("equal in all"))
  }

  @Test func theCommandsOfDailyTasksRun() throws {
    let all = try commands("Sources/switch-dist/Documentation.docc/DailyTasks.md")
    #expect(all.count > 15)
    // KnownAnswersTests run it.
    let others = all.filter { !$0.contains("selftest") }
    #expect(others.count < all.count)
    let digests = try run(others).flatMap { output in
      output.split(separator: "\n").filter { $0.contains("\"digest\"") }.map(String.init)
    }
    try #require(digests.count == 2)
    #expect(digests[0] == digests[1])
  }
}
