import Files
import Foundation
import Processes
import TestSupport
import Testing

/// Programs that this one starts: what they inherit and what is heard of them.
@Suite(.serialized) struct ChildProgramTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Runs a script of the shell; its exit code and what its log holds then.
  @MainActor private func run(
    _ script: String, environment: [String] = ["PATH=/usr/bin:/bin"],
    whileRunning: (ChildProgram) -> Void = { _ in }
  ) throws -> (code: Int32, log: String) {
    let child = try ChildProgram(
      "/bin/sh", ["-c", script], environment: environment, output: folder.file("log"),
      farewell: SIGTERM)
    whileRunning(child)
    let deadline = Date.now + 30
    while child.exitCode() == nil, Date.now < deadline { usleep(5_000) }
    let code = try #require(child.exitCode())
    return (code, String(decoding: try folder.read("log"), as: UTF8.self))
  }

  @MainActor @Test func codesAndOutputAreHeard() throws {
    #expect(try run("echo out; echo error >&2; exit 7") == (7, "out\nerror\n"))
    #expect(try run("kill -KILL $$").code == 128 + SIGKILL)
    // The log grows.
    #expect(try run("echo more").log == "out\nerror\nmore\n")
    #expect(try run("sleep 30") { $0.send(SIGUSR1) }.code == 128 + SIGUSR1)
  }

  /// Neither open files, nor ignored signals, nor the session, nor variables that were left out.
  @MainActor @Test func nothingIsInheritedThatIsNotGiven() throws {
    let file = open(folder.file("open"), O_CREAT | O_RDWR, 0o600)
    signal(SIGUSR2, SIG_IGN)
    defer {
      close(file)
      signal(SIGUSR2, SIG_DFL)
    }
    let found = try run("ls /proc/$$/fd; kill -USR2 $$")
    #expect(found.log == "0\n1\n2\n" && found.code == 128 + SIGUSR2, "\(found)")
    let session = try run("cut -d ' ' -f 6 /proc/$$/stat; echo $$").log
    #expect(Set(session.split(separator: "\n").suffix(2)).count == 1, "\(session)")
    setenv("CHILD_PROGRAM_SECRET", "1", 1)
    let kept = ChildProgram.environment { $0.hasPrefix("CHILD_PROGRAM_") }
    #expect(kept.contains { $0.hasPrefix("PATH=") } && !kept.contains { $0.contains("SECRET") })
  }

  @MainActor @Test func whatCannotBeStartedIsHeard() throws {
    let child = try ChildProgram(
      "/nowhere/at/all", [], environment: [], output: folder.file("log"), farewell: SIGTERM)
    while child.exitCode() == nil { usleep(5_000) }
    #expect(child.exitCode() == 127)
    #expect(throws: FileError.self) {
      try ChildProgram(
        "/bin/true", [], environment: [], output: folder.file("no/log"), farewell: SIGTERM)
    }
    #expect(ChildProgram.find("sh") != nil && ChildProgram.find("no-such-program") == nil)
    #expect(try FileSystem.isFile(ChildProgram.ownPath()))
  }
}
