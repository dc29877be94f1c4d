import Foundation
import HDF5
import TestSupport
import Testing

/// Damaged files are named by every command that reads them, and never believed.
@Suite(.serialized) struct DamagedFilesTests {
  private static let rounds = FaultRounds.count(short: 6, long: 1000)

  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    let conversion = try workspace.run(
      ["convert", "--input", "./set", "--output", "set.h5", "--image-size", "64"])
    try #require(conversion.exitCode == 0, "\(conversion.output)")
    let run = try workspace.train("run", ["--dataset", "./set.h5", "--stop-after", "8"])
    try #require(run.exitCode == 3, "\(run.output)")
  }

  // MARK: At random

  private struct Counts: CustomStringConvertible {
    var named = 0
    /// Outside of anything that is read.
    var harmless = 0
    var silent: [String] = []
    var description: String {
      "named \(named), harmless \(harmless), silent \(silent.count) \(silent.prefix(5))"
    }
  }

  /// `inspect` reads all of a file. What it says of an intact one it may say of a damaged one only where
  /// nothing of it is another.
  @Test(arguments: ["set.h5", "run/self_last.h5"], Damage.Kind.allCases)
  func randomDamageIsNamedOrHarmless(file: String, kind: Damage.Kind) throws {
    let bytes = try workspace.folder.read(file)
    let intact = try workspace.run(["inspect", "--json", file])
    try #require(intact.exitCode == 0, "\(intact.output)")
    var generator = SplitMix64(seed: UInt64(file.utf8.count))
    var counts = Counts()
    for _ in 0..<Self.rounds {
      let damage = Damage(kind, of: bytes.count, using: &generator)
      try workspace.folder.write(damage.applied(to: bytes), to: file)
      let outcome = try workspace.run(["inspect", "--json", file])
      let lines = outcome.standardError.split(separator: "\n")
      if outcome.exitCode == 1 && lines.count == 1 && lines[0].hasPrefix("error: \(file): ") {
        counts.named += 1
      } else if outcome.exitCode == 0 && outcome.standardOutput == intact.standardOutput {
        counts.harmless += 1
      } else {
        counts.silent.append("\(damage): \(outcome.exitCode) \(outcome.output.prefix(200))")
      }
    }
    if FaultRounds.isLong { print("\(file), \(kind.rawValue): \(counts)") }
    #expect(counts.silent.isEmpty, "\(counts)")
    #expect(counts.named > 0, "\(counts)")
  }

  // MARK: By every command

  private func refusals(of file: String) -> [[String]] {
    let options = Workspace.setting + Workspace.schedule
    return [
      ["inspect", file], ["diff", file, file],
      ["train", "--dataset", "./set.h5", "--run-dir", "run", "--resume"] + options,
      ["train", "--dataset", "./set.h5", "--run-dir", "anew", "--init", file] + options,
      ["predict", "--weights", file, "--input", "set/images", "--output", "masks"],
      ["test", "--weights", file, "--dataset", "./set.h5"],
    ]
  }

  @Test func aDamagedTextOfACheckpointIsRefusedByAll() throws {
    let file = "run/self_last.h5"
    var bytes = try workspace.folder.read(file)
    let pattern = Array("{\"augmentation\"".utf8)
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: pattern) })
    bytes[place + 3] ^= 4
    try workspace.folder.write(bytes, to: file)
    for command in refusals(of: file) {
      let outcome = try workspace.run(command)
      let error = outcome.standardError.split(separator: "\n").first { $0.hasPrefix("error: ") }
      #expect((1...2).contains(outcome.exitCode), "\(command)\n\(outcome.output)")
      #expect(
        error?.contains("\(file): attribute configuration of /: damaged") == true,
        "\(command)\n\(outcome.output)")
    }
  }

  /// Another file's source digest in the text.
  @Test func aDamagedTextOfADataSetIsRefusedByAll() throws {
    var bytes = try workspace.folder.read("set.h5")
    let digest = try #require(try workspace.inspect("set.h5")["sourceDigest"] as? String)
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: Array(digest.utf8)) })
    bytes[place] = bytes[place] == 0x30 ? 0x31 : 0x30
    try workspace.folder.write(bytes, to: "set.h5")
    let options = Workspace.setting + Workspace.schedule
    for command in [
      ["inspect", "set.h5"], ["inspect", "--quick", "set.h5"], ["diff", "set.h5", "set.h5"],
      ["train", "--dataset", "./set.h5", "--run-dir", "anew"] + options,
      ["train", "--dataset", "./set.h5", "--run-dir", "run", "--resume"] + options,
      ["test", "--weights", "run/pre_best.h5", "--dataset", "./set.h5"],
      ["convert", "--input", "set.h5", "--output", "again.h5", "--image-size", "64"],
    ] {
      let outcome = try workspace.run(command)
      let error = outcome.standardError.split(separator: "\n").first { $0.hasPrefix("error: ") }
      #expect((1...2).contains(outcome.exitCode), "\(command)\n\(outcome.output)")
      #expect(
        error?.contains("set.h5: attribute source_digest of /: damaged") == true,
        "\(command)\n\(outcome.output)")
    }
    #expect(!workspace.folder.exists("anew/metrics.jsonl"))
  }

  /// With its checksum, which is zero then, too. On two ranks each reads its share of the images; the error
  /// is said once.
  @Test(arguments: [1, 2]) func aHoleOfZerosInThePixelsIsNamed(ranks: Int) throws {
    var bytes = try workspace.folder.read("set.h5")
    let images = try HDF5File.open(workspace.folder.file("set.h5")).openDataset("images")
    let row = try images.readRows(0..<1, as: UInt8.self)
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: row) })
    let length = row.count + 4
    bytes.replaceSubrange(start..<(start + length), with: repeatElement(0, count: length))
    try workspace.folder.write(bytes, to: "set.h5")
    try workspace.expectRefusal(
      ["train", "--dataset", "./set.h5", "--run-dir", "anew"] + Workspace.setting
        + Workspace.schedule, ranks: [ranks], says: "set.h5: array images: damaged")
    try workspace.expectRefusal(["inspect", "set.h5"], says: "set.h5: array images: damaged")
  }

  // MARK: Inspect

  @Test func inspectSaysWhatItChecked() throws {
    for file in ["set.h5", "run/self_last.h5"] {
      let whole = try workspace.run(["inspect", file])
      #expect(whole.standardOutput.contains("every array and attribute, by SHA-256"))
      let quick = try workspace.run(["inspect", "--quick", file])
      #expect(quick.standardOutput.contains("the arrays were not read (--quick)"))
      // The middle of the pixels, or of the weights.
      try workspace.folder.flip(byteAt: workspace.folder.read(file).count / 2, of: file)
      let damaged = try workspace.run(["inspect", file])
      #expect(damaged.exitCode == 1 && damaged.standardError.contains("damaged"))
      let header = try workspace.run(["inspect", "--quick", file])
      #expect(header.exitCode == 0, "\(header.output)")
    }
  }
}
