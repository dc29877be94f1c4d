import Foundation
import HDF5
import TestSupport
import Testing

/// Data sets that are read while training goes on, limits of memory, and file systems with less than usual.
@Suite struct ScaleTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    let conversion = try workspace.run(
      ["convert", "--input", "./set", "--output", "set.hdf5", "--image-size", "64", "--verify"])
    try #require(conversion.exitCode == 0, "\(conversion.output)")
    try #require(conversion.standardOutput.contains("verified   "), "\(conversion.output)")
  }

  // MARK: Reading on demand

  /// However much of it stays in memory, and on any number of ranks.
  @Test func aFileGivesTheResultOfItsFolder() throws {
    let folder = try workspace.train("folder")
    try #require(folder.exitCode == 0, "\(folder.output)")
    for (ranks, cache) in [(1, "1"), (2, "0")] {
      let outcome = try workspace.train(
        "file\(ranks)", ranks: ranks, ["--dataset", "./set.hdf5", "--cache-mb", cache])
      try #require(outcome.exitCode == 0, "\(outcome.output)")
      let digests = try ["folder", "file\(ranks)"].map {
        try workspace.inspect("\($0)/self_last.h5")["digest"] as? String
      }
      #expect(digests[0] != nil && digests[0] == digests[1])
    }
  }

  /// The rank whose batch holds the damaged image meets it in some iteration, and all end.
  @Test(arguments: [1, 2]) func damageInTheMiddleEndsAllRanks(ranks: Int) throws {
    let file = try HDF5File.open(workspace.folder.file("set.hdf5"), writable: true)
    let images = try file.openDataset("images")
    var row = try images.readRows(3..<4, as: UInt8.self)
    row[1000] ^= 0x10
    try images.writeRows(3..<4, from: row)
    try images.close()
    try file.close()
    let name = try HDF5File.open(workspace.folder.file("set.hdf5")).readStrings("names")[3]
    try workspace.expectRefusal(
      Workspace.setting + Workspace.schedule
        + ["--dataset", "./set.hdf5", "--run-dir", "run\(ranks)", "--threads", "1"],
      ranks: [ranks], says: "set.hdf5: array images: damaged, the image of \(name) is not what")
  }

  /// Copies that differ are found before anything is computed.
  @Test func ranksWithOtherCopiesAreRefused() throws {
    try FileManager.default.createDirectory(
      atPath: workspace.folder.file("other"), withIntermediateDirectories: true)
    let conversion = try workspace.run(
      ["phantom", "--output", "other/set.hdf5", "--count", "30", "--image-size", "64"])
    try #require(conversion.exitCode == 0, "\(conversion.output)")
    let own = try workspace.run(
      ["phantom", "--output", "own.hdf5", "--count", "30", "--image-size", "64", "--seed", "2"])
    try #require(own.exitCode == 0, "\(own.output)")
    let program = try ChildProcess.program("switch-dist")
    let arguments = Workspace.setting + Workspace.schedule + ["--run-dir", "run", "--dataset"]
    let outcome = try ChildProcess.runTogether(
      [
        .init([program] + arguments + ["./own.hdf5"]),
        .init([program] + arguments + ["./other/set.hdf5"]),
      ], directory: workspace.folder.path)
    #expect(outcome.exitCode != 0 && !outcome.timedOut, "\(outcome.output)")
    #expect(outcome.output.contains("the pixels of the data set (digest)"), "\(outcome.output)")
  }

  // MARK: Memory

  /// What would fit is said before anything is computed.
  @Test func aLimitOfMemoryIsOneLine() throws {
    let command =
      Workspace.setting + Workspace.schedule
      + [
        "--dataset", "./set", "--threads", "1", "--img-size", "1024", "--dry-run", "--run-dir", "x",
      ]
    let program = try ChildProcess.program("switch-dist")
    let outcome = try ChildProcess.run(
      ["bash", "-c", "ulimit -v 1500000; ulimit -c 0; exec \"$@\"", "bash", program] + command,
      directory: workspace.folder.path)
    #expect(outcome.exitCode == 1, "\(outcome.output)")
    let errors = outcome.standardError.split(separator: "\n")
    #expect(errors.count == 1 && errors[0].hasPrefix("error: training needs about"))
    #expect(outcome.output.contains("ulimit -v"), "\(outcome.output)")
  }

  // MARK: Conversions that are killed

  /// Nothing that opens as complete, and nothing that the next conversion leaves behind.
  @Test func aKilledConversionLeavesNothing() throws {
    let set = try workspace.run([
      "phantom", "--output", "many", "--count", "60", "--image-size", "64",
    ])
    try #require(set.exitCode == 0, "\(set.output)")
    let convert = ["convert", "--input", "many", "--output", "many.h5", "--image-size", "256"]
    var generator = SplitMix64(seed: FaultRounds.seed)
    for round in 0..<FaultRounds.count(short: 3, long: 50) {
      let delay = Double.random(in: 0..<0.4, using: &generator)
      _ = try workspace.run(convert) { process in
        Thread.sleep(forTimeInterval: delay)
        kill(process, SIGKILL)
      }
      let history = "seed \(FaultRounds.seed), round \(round), after \(delay) s"
      if workspace.folder.exists("many.h5") {
        let whole = try workspace.run(["inspect", "many.h5"])
        #expect(whole.exitCode == 0, "\(history)\n\(whole.output)")
        try workspace.folder.remove("many.h5")
      }
    }
    let outcome = try workspace.run(convert)
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    let left = try FileManager.default.contentsOfDirectory(atPath: workspace.folder.path).filter {
      $0.contains("many.h5") && $0 != "many.h5"
    }
    #expect(left.isEmpty, "seed \(FaultRounds.seed): \(left)")
  }
}
