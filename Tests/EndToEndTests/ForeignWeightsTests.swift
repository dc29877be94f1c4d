import Foundation
import HDF5
import TestSupport
import Testing

/// Weights whose names have something before them, as wrappers of models leave them.
@Suite(.serialized) struct ForeignWeightsTests {
  private let workspace: Workspace
  private var folder: TemporaryFolder { workspace.folder }

  init() throws {
    workspace = try Workspace()
    try TrainedRun.copy(into: workspace)
  }

  /// Writes the student of the run under other names.
  private func write(_ file: String, _ rename: (_ name: String) -> [String]) throws {
    let source = try HDF5File.open(folder.file("run/self_best.h5"))
    var arrays: [(name: String, shape: [Int], values: [Float])] = []
    for path in try source.descendants() where path.hasPrefix("student/") {
      let array = try source.read(path, as: Float.self)
      arrays.append((String(path.dropFirst("student/".count)), array.shape, array.values))
    }
    try source.close()
    let target = try HDF5File.create(folder.file(file))
    for array in arrays {
      for name in rename(array.name) {
        try target.write(array.values, shape: array.shape, at: name)
      }
    }
    try target.close()
  }

  private func predict(_ file: String) throws -> ChildProcess.Outcome {
    try workspace.run([
      "predict", "--weights", file, "--img-size", "64", "--input", "set/images", "--output",
      "masks-\(file)", "--threads", "1",
    ])
  }

  private func masks(_ file: String) throws -> [[UInt8]] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("masks-\(file)"))
    return try names.sorted().map { try folder.read("masks-\(file)/\($0)") }
  }

  @Test func whatStandsBeforeAllNamesIsStripped() throws {
    try write("plain.h5") { [$0] }
    let plain = try predict("plain.h5")
    #expect(plain.exitCode == 0 && !plain.output.contains("prefix"), "\(plain.output)")
    let expected = try masks("plain.h5")
    #expect(expected.count > 4)
    let prefixes = [
      "module.", "model/", "state_dict/model._orig_mod.", "net/student.module.", "ünïcode.",
    ]
    for (number, prefix) in prefixes.enumerated() {
      let file = "\(number).h5"
      try write(file) { [prefix + $0] }
      let outcome = try predict(file)
      #expect(outcome.exitCode == 0, "\(prefix): \(outcome.output)")
      let said = "the prefix \(prefix.replacing("/", with: ".")), which is stripped"
      let notes = outcome.standardError.split(separator: "\n").filter { $0.contains(said) }
      #expect(notes.count == 1, "\(outcome.output)")
      #expect(try masks(file) == expected, "\(prefix)")
    }
    let training = try workspace.train("new", ["--init", "2.h5", "--stop-after", "1"])
    #expect(training.exitCode == 3 && training.output.contains("stripped"), "\(training.output)")
  }

  /// Groups for dots, a teacher beside the student, and what belongs to no weight.
  @Test func otherThingsInTheFileDoNoHarm() throws {
    try write("plain.h5") { [$0] }
    try #require(try predict("plain.h5").exitCode == 0)
    try write("mixed.h5") {
      ["model.student.\($0)", "model.teacher.\($0)", "optimizer.\($0).momentum"]
    }
    try write("groups.h5") { [$0.replacing(".", with: "/")] }
    for file in ["mixed.h5", "groups.h5"] {
      let outcome = try predict(file)
      #expect(outcome.exitCode == 0, "\(outcome.output)")
      #expect(try masks(file) == masks("plain.h5"))
    }
  }

  @Test func whatCannotBeToldApartIsRefused() throws {
    try write("two.h5") { ["model.\($0)", "ema.\($0)"] }
    let several = try predict("two.h5")
    #expect(several.exitCode == 1)
    #expect(
      several.standardError.contains(
        "two.h5: holds several models, under the prefixes ema., model."),
      "\(several.output)")
    try write("part.h5") { $0.contains("out_conv") ? [] : ["module.\($0)"] }
    let part = try predict("part.h5")
    #expect(part.exitCode == 1)
    #expect(part.standardError.contains("missing: module."), "\(part.output)")
    #expect(!part.standardError.contains("not known"), "\(part.output)")
  }
}
