import Foundation
import TestSupport
import Testing

/// The README is true on the day it is read: its commands run, one after the other, on smaller
/// images and with fewer iterations. `launch/demo` and `launch/test` are run by `.ci/run`, since
/// they build.
@Suite struct ReadmeTests {
  private static let project = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The lines of all shell blocks.
  private func commands() throws -> [String] {
    let text = try String(contentsOf: Self.project.appending(path: "README.md"), encoding: .utf8)
    var found: [String] = []
    var isInside = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        isInside = line == "```sh"
      } else if isInside && !line.isEmpty {
        found.append(String(line))
      }
    }
    return found
  }

  /// The same command on 64×64 images, four iterations a phase.
  private func shortened(_ command: String) -> String {
    let size =
      command.contains("phantom") || command.contains("convert") || command.contains("bench")
    let trains = command.contains("--exp")
    guard size || trains else { return command }
    let flags =
      size ? "--image-size 64" : "--img-size 64 --pre-iters 4 --self-iters 4 --eval-every 2"
    guard let end = command.range(of: " || ") else { return "\(command) \(flags)" }
    return "\(command[..<end.lowerBound]) \(flags)\(command[end.lowerBound...])"
  }

  @Test func everyCommandRuns() throws {
    let folder = try TemporaryFolder()
    let program = URL(fileURLWithPath: try ChildProcess.program("switch-dist"))
    let path = program.deletingLastPathComponent().path
    var digests: [String] = []
    var launchers: [String] = []
    for command in try commands() {
      guard !command.hasPrefix("launch/") else {
        launchers.append(command)
        continue
      }
      if command.contains("bf16") && !Processor.hasBrainFloat { continue }
      let line = "PATH=\"\(path):$PATH\"; \(shortened(command))"
      let outcome = try ChildProcess.run(
        ["/bin/sh", "-c", line], environment: ChildProcess.parallelEnvironment,
        directory: folder.path)
      #expect(outcome.exitCode == 0, "\(command)\n\(outcome.output)")
      digests += outcome.output.split(separator: "\n").filter { $0.contains("\"digest\"") }
        .map(String.init)
    }
    #expect(launchers == ["launch/demo", "launch/test"])
    for launcher in launchers {
      let path = Self.project.appending(path: launcher).path
      #expect(FileManager.default.isExecutableFile(atPath: path))
      #expect(try ciScript().contains(launcher))
    }
    // The interrupted run gave the result of the undisturbed one.
    try #require(digests.count == 2)
    #expect(digests[0] == digests[1])
  }

  private func ciScript() throws -> String {
    try String(contentsOf: Self.project.appending(path: ".ci/run"), encoding: .utf8)
  }

  @Test func thePictureIsThere() throws {
    let text = try String(contentsOf: Self.project.appending(path: "README.md"), encoding: .utf8)
    let start = try #require(text.range(of: "](Sources/"))
    let path = "Sources/" + text[start.upperBound...].prefix { $0 != ")" }
    #expect(FileManager.default.fileExists(atPath: Self.project.appending(path: path).path))
  }
}
