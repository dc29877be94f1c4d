import Foundation
import HDF5
import TestSupport
import Testing

/// .h5 files from elsewhere whose groups hold themselves are refused at once by every command.
@Suite struct LinkCycleTests {
  static let files = ["hard-cycle", "soft-cycle", "root-cycle"]

  private func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/hdf5/\(name).h5").path
  }

  @Test(arguments: files) func walkingEnds(name: String) throws {
    let file = try HDF5File.open(path(name))
    do {
      _ = try file.descendants()
      Issue.record("a cycle was walked")
    } catch {
      #expect(error.kind == .damaged)
      #expect(error.description.contains("linked from more than one place"))
    }
  }

  @Test(arguments: files) func everyCommandRefusesIt(name: String) throws {
    let workspace = try Workspace()
    let file = path(name)
    let commands = [
      ["inspect", file], ["diff", file, file],
      ["predict", "--weights", file, "--input", "set/images", "--output", "o", "--img-size", "64"],
      ["test", "--weights", file, "--dataset", "./set", "--img-size", "64"],
      ["train", "--dataset", "./set", "--img-size", "64", "--init", file],
    ]
    for command in commands {
      let outcome = try workspace.run(command)
      #expect((1...2).contains(outcome.exitCode), "\(command)\n\(outcome.output)")
      let lines = outcome.standardError.split(separator: "\n")
      #expect(lines.count == 1 && lines.first?.contains("\(name).h5") == true, "\(outcome.output)")
    }
  }
}
