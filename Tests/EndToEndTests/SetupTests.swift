import Foundation
import TestSupport
import Testing

/// What `launch/setup` takes for being there, and what it does about the rest. Its functions are called
/// with other programs in place of the system's.
@Suite struct SetupTests {
  private static let setup = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "launch/setup").path

  /// Runs functions of the script, for a checkout in `folder`.
  private func run(
    _ script: String, in folder: TemporaryFolder, programs: [String: String] = [:],
    environment: [String: String?] = [:]
  ) throws -> ChildProcess.Outcome {
    try folder.makeFolder("bin")
    for (name, text) in programs {
      try folder.write("#!/bin/sh\n\(text)\n", to: "bin/\(name)")
      chmod(folder.file("bin/\(name)"), 0o755)
    }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    var variables = environment
    variables["PATH"] = "\(folder.file("bin")):\(path)"
    return try ChildProcess.run(
      [
        "bash", "-euo", "pipefail", "-c",
        "source '\(Self.setup)'; repository='\(folder.path)'; \(script)",
      ], environment: variables, directory: folder.path)
  }

  // MARK: Packages

  private static let installed = """
    cat <<END
    install ok installed|libcurl4t64, libcurl4 (= 8.5.0-2)
    install ok installed|libjpeg-turbo8-dev, libjpeg-dev (= 2.1), libjpeg-turbo-dev
    install ok installed|g++,\u{20}
    deinstall ok config-files|libpng-dev,\u{20}
    END
    """

  @Test func whatAnotherPackageProvidesIsThere() throws {
    let outcome = try run(
      "can_build() { return 1; }; ensure_packages", in: try TemporaryFolder(),
      programs: ["dpkg-query": Self.installed, "apt-get": "exit 0"])
    // As root they are installed, otherwise named.
    let names = Set(outcome.standardError.split { $0 == " " || $0 == "\n" }.map(String.init))
    for missing in ["libpng-dev", "libhdf5-dev", "libopenmpi-dev"] {
      #expect(names.contains(missing), "\(outcome.output)")
    }
    for present in ["libcurl4", "libjpeg-dev", "g++"] {
      #expect(!names.contains(present), "\(outcome.output)")
    }
  }

  /// Libraries of a cluster's modules belong to no package.
  @Test func nothingIsInstalledWhereAllCanBeBuilt() throws {
    let programs = ["g++", "git", "mpirun", "pkg-config", "lscpu"].map { ($0, "exit 0") }
    let called = "echo called >&2; exit 1"
    let outcome = try run(
      "ensure_packages", in: try TemporaryFolder(),
      programs: Dictionary(uniqueKeysWithValues: programs).merging(
        ["dpkg-query": called, "apt-get": called]
      ) { $1 })
    #expect(outcome.exitCode == 0)
    #expect(outcome.output == "", "\(outcome.output)")
  }

  @Test func aLibraryThatIsMissingIsNoticed() throws {
    let outcome = try run(
      "can_build && echo yes || echo no", in: try TemporaryFolder(), programs: ["g++": "exit 1"])
    #expect(outcome.standardOutput == "no\n", "\(outcome.output)")
  }

  // MARK: What only tests need

  private static let withoutPython =
    "make_python() { return 1; }; ensure_python; echo \"${SWITCH_TEST_PYTHON-none}\""

  @Test func testsThatNeedSomethingFromOutsideAreSkippedWithAWord() throws {
    let outcome = try run(
      Self.withoutPython, in: try TemporaryFolder(),
      environment: ["CI": nil, "SWITCH_TEST_PYTHON": "python3"])
    #expect(outcome.exitCode == 0)
    #expect(outcome.standardOutput == "none\n", "\(outcome.output)")
    #expect(
      outcome.standardError.wholeMatch(
        of: /note: there is no Python with tensorboard .*; the tests that need it are skipped\n/)
        != nil, "\(outcome.output)")
  }

  @Test func whereAllMustRunThatIsAnError() throws {
    let outcome = try run(
      Self.withoutPython, in: try TemporaryFolder(), environment: ["CI": "true"])
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.standardError.wholeMatch(of: /error: there is no Python with tensorboard .*\n/) != nil
    )
  }

  // MARK: Vendored packages

  private func checkout(vendored: [String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(
      "    .package(url: \"https://example.org/group/first\", from: \"1.0.0\"),\n"
        + "    .package(url: \"https://example.org/second\", from: \"1.0.0\"),\n",
      to: "Package.swift")
    for name in vendored { try folder.makeFolder("vendor/\(name).git") }
    return folder
  }

  /// Each package by its own address, the user's configuration beside it.
  @Test func packagesComeFromTheVendoredFolder() throws {
    let folder = try checkout(vendored: ["first", "second"])
    try folder.write("[user]\n  name = Somebody\n", to: "own")
    let outcome = try run(
      "use_vendored_packages; use_vendored_packages; git config --global --includes --list",
      in: folder, environment: ["GIT_CONFIG_GLOBAL": folder.file("own")])
    let lines = outcome.standardOutput.split(separator: "\n").map(String.init)
    let vendor = folder.file("vendor")
    #expect(lines.contains("user.name=Somebody"), "\(outcome.output)")
    for (name, address) in [("first", "group/first"), ("second", "second")] {
      let settings = [
        "url.file://\(vendor)/\(name).git.insteadof=https://example.org/\(address)",
        "safe.directory=\(vendor)/\(name).git",
      ]
      for setting in settings {
        #expect(lines.count { $0 == setting } == 1, "\(setting)\n\(outcome.output)")
      }
    }
  }

  @Test func aVendoredPackageThatIsMissingIsNamed() throws {
    let folder = try checkout(vendored: ["first"])
    let outcome = try run("use_vendored_packages", in: folder)
    #expect(outcome.exitCode == 1)
    #expect(outcome.standardError.contains("vendor/second.git is missing"), "\(outcome.output)")
  }
}
