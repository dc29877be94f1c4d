import TestSupport
import Testing

/// Checkpoints that a disk has no room for.
@Suite(.serialized) struct FullDiskTests {
  /// The images come from a folder: nothing has used HDF5 when the run begins.
  @Test func aRunSaysItOnceAndEndsInOrder() throws {
    let workspace = try Workspace()
    let arguments =
      Workspace.setting + Workspace.schedule + ["--dataset", "./set", "--run-dir", "run"]
    // A limit on the size of files, in KiB, stands for the full disk. The first checkpoint is larger by far: weights
    // and momentum of 1,815,114 parameters are 14.5 MB.
    let limited = "trap '' XFSZ; ulimit -f 8000; exec \"$@\""
    let outcome = try ChildProcess.run(
      ["bash", "-c", limited, "limited", try ChildProcess.program("switch-dist")] + arguments,
      directory: workspace.folder.path)
    #expect(outcome.exitCode == 1, "\(outcome.output)")
    let lines = outcome.standardError.split(separator: "\n")
    #expect(lines.last?.hasPrefix("error: run/pre_") == true, "\(outcome.output)")
    #expect(lines.last?.contains("the checkpoint cannot be written") == true)
    #expect(lines.count { $0.contains("error: ") } == 1)
    #expect(!workspace.folder.exists("run/pre_last.h5"))
  }
}
