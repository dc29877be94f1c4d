import Foundation
import SelfTest
import TestSupport
import Testing

/// `launch/package` makes a folder that runs without the toolchain it was built with, wherever it lies.
@Suite(
  .serialized,
  .enabled(
    if: ProcessInfo.processInfo.environment["SWITCH_LONG_TESTS"] != nil,
    "builds the program once more; run with launch/test --long"))
struct PackageTests {
  private static let project = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Nothing of the toolchain, and nothing that was built, is on a path.
  private static let bare: [String: String?] = [
    "PATH": path("PATH", without: "swift"),
    "LD_LIBRARY_PATH": path("LD_LIBRARY_PATH", without: "libswiftCore.so"), "SWITCH_DIST": nil,
  ]

  private static func path(_ variable: String, without file: String) -> String? {
    ProcessInfo.processInfo.environment[variable].map { path in
      path.split(separator: ":").filter { !FileManager.default.fileExists(atPath: "\($0)/\(file)") }
        .joined(separator: ":")
    }
  }

  private func bash(_ script: String, in folder: String) throws -> ChildProcess.Outcome {
    try ChildProcess.run(
      ["bash", "-euo", "pipefail", "-c", script], environment: Self.bare, directory: folder,
      timeout: 600)
  }

  private func checkLibraries(of folder: URL) throws {
    let program = folder.appending(path: "bin/switch-dist").path
    let libraries = try bash("ldd \(program)", in: folder.path)
    #expect(libraries.exitCode == 0, "\(libraries.output)")
    let own = folder.appending(path: "lib/switch-dist").resolvingSymlinksInPath().path
    let lines = libraries.standardOutput.split(separator: "\n")
    #expect(lines.contains { $0.contains("libmpi.so") })
    for line in lines {
      let name = line.split { $0 == " " || $0 == "\t" }.first.map(String.init) ?? ""
      #expect(!name.hasPrefix("libswift") && !name.hasPrefix("libFoundation"), "\(line)")
      #expect(!line.contains("not found"), "\(line)")
      let differs = ["libhdf5", "libopenblas", "libcrypto", "libpng", "libjpeg", "libdeflate"]
      if differs.contains(where: name.hasPrefix) {
        let place = line.split(separator: " ").dropFirst(2).first.map(String.init) ?? ""
        let file = URL(fileURLWithPath: place).resolvingSymlinksInPath().path
        #expect(file.hasPrefix(own), "\(line)")
      }
    }
    #expect(!FileManager.default.fileExists(atPath: "\(own)/libmpi.so.40"))
    #expect(!FileManager.default.fileExists(atPath: "\(own)/libc.so.6"))
  }

  private func checkShares(of folder: URL) throws {
    let shares = folder.appending(path: "share")
    func text(_ path: String) throws -> String {
      try String(contentsOf: shares.appending(path: path), encoding: .utf8)
    }
    let manual = try text("man/man1/switch-dist.1")
    for command in ["TRAIN", "PREDICT", "SELFTEST"] {
      #expect(manual.contains(".SH \(command)\n"))
    }
    #expect(manual.contains("\\-\\-labeled\\-ratio"))
    let completion = shares.appending(path: "bash-completion/completions/switch-dist").path
    #expect(try bash("source \(completion); complete -p switch-dist", in: "/").exitCode == 0)
    #expect(try text("zsh/site-functions/_switch-dist").hasPrefix("#compdef switch-dist"))
    #expect(try text("fish/vendor_completions.d/switch-dist.fish").contains("switch-dist"))
    let licences = "licenses/switch-dist"
    #expect(try text("\(licences)/switch-dist/LICENSE").contains("Apache License"))
    #expect(try text("\(licences)/Yams/LICENSE").contains("MIT"))
    #expect(try text("\(licences)/swift-runtime/LICENSE.txt").contains("Apache License"))
    #expect(try text("doc/switch-dist/BUILD").contains("Swift runtime inside"))
  }

  @Test func theFolderRunsWithoutTheToolchainWhereverItLies() throws {
    let folder = try TemporaryFolder()
    let packing = try ChildProcess.run(
      [
        Self.project.appending(path: "launch/package").path, "--output", folder.path, "--prefix",
        folder.file("prefix"),
      ], directory: folder.path, timeout: 2400)
    try #require(packing.exitCode == 0, "\(packing.output)")
    let tarball = try #require(packing.standardOutput.split(separator: "\n").last.map(String.init))

    let sum = try bash("sha256sum --check \(tarball).sha256", in: folder.path)
    #expect(sum.exitCode == 0, "\(sum.output)")
    try folder.makeFolder("elsewhere")
    let moved = try bash("tar xf \(tarball) -C elsewhere; ls elsewhere", in: folder.path)
    let name = moved.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(tarball.hasSuffix("/\(name).tar.gz"))
    try FileManager.default.removeItem(atPath: folder.file(name))

    let package = URL(fileURLWithPath: folder.file("elsewhere/\(name)"))
    for place in [package, URL(fileURLWithPath: folder.file("prefix"))] {
      try checkLibraries(of: place)
      try checkShares(of: place)
      let version = try bash("bin/switch-dist --version", in: place.path)
      #expect(version.standardOutput.contains("Swift runtime inside"), "\(version.output)")
    }
    let answers = try ChildProcess.runParallel(
      ranks: 2,
      [package.appending(path: "bin/switch-dist").path, "selftest", "--threads", "1"],
      environment: Self.bare, directory: folder.path, timeout: 600)
    #expect(answers.exitCode == 0, "\(answers.output)")
    let last = answers.standardOutput.split(separator: "\n").last.map(String.init)
    #expect(last == KnownAnswersTests.recorded.summary)

    // The launchers beside it start it, not something that was built.
    let launcher = package.appending(path: "share/switch-dist/launch/local").path
    let local = try bash("\(launcher) --ranks 1 --version", in: folder.path)
    #expect(local.standardOutput.contains("Swift runtime inside"), "\(local.output)")
  }
}
