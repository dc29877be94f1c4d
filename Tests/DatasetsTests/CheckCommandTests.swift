import Foundation
import TestSupport
import Testing

/// `switch-dist check` as a process, and what `convert` and `train` say of the same.
@Suite struct CheckCommandTests {
  private let data: TextureFolder

  init() throws { data = try TextureFolder() }

  private func run(_ arguments: [String]) throws -> ChildProcess.Outcome {
    try ChildProcess.run(
      [try ChildProcess.program("switch-dist")] + arguments, directory: data.folder.path,
      timeout: 60)
  }

  /// A test image that is a training image, with the same mask.
  private func leak() throws {
    try data.writeImage("test_1.png", TextureFolder.texture(6))
    try data.writeMask("test_1.png", TextureFolder.lesion(6))
  }

  private func blackenLabeledPart() throws {
    for name in TextureFolder.train[..<4] { try data.writeMask(name, TextureFolder.flat(0)) }
  }

  // MARK: check

  @Test func exitCodesFollowTheWorstFinding() throws {
    let good = try run(["check", "set"])
    #expect(good.exitCode == 0 && good.standardError.isEmpty, "\(good.output)")
    #expect(good.standardOutput.contains("no errors, no warnings, 1 note"), "\(good.output)")
    #expect(good.standardOutput.hasPrefix("set: 12 images of 64×64 pixels, looked at as 256×256\n"))

    try leak()
    let warned = try run(["check", "set"])
    #expect(
      warned.exitCode == 0 && warned.standardOutput.contains("warning  identical-across-lists"))
    #expect(try run(["check", "set", "--strict"]).exitCode == 1)

    try blackenLabeledPart()
    let bad = try run(["check", "set", "--labeled-ratio", "0.5"])
    #expect(bad.exitCode == 1)
    let lines = bad.standardOutput.split(separator: "\n")
    let kinds = lines.filter { $0.hasPrefix("error") || $0.hasPrefix("warning") }
      .map { $0.prefix { $0 != ":" } }
    #expect(
      kinds.first == "error    labeled-part-without-lesions"
        && kinds.dropFirst().allSatisfy { $0.hasPrefix("warning") }, "\(bad.output)")
  }

  @Test func aSetThatCannotBeOpenedIsAFindingToo() throws {
    try data.write(Array("\n".utf8), to: "val.txt")
    let outcome = try run(["check", "set", "--json"])
    #expect(outcome.exitCode == 1)
    let verdict = try object(outcome.standardOutput)
    let finding = try #require((verdict["findings"] as? [[String: Any]])?.first)
    #expect(finding["kind"] as? String == "cannot-open")
    #expect((finding["text"] as? String)?.contains("val.txt: the list is empty") == true)
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func theKeysOfTheJSONStay() throws {
    try leak()
    let verdict = try object(
      try run(["check", "set", "--json", "--labeled-ratio", "0.5"]).standardOutput)
    #expect(
      verdict.keys.sorted() == [
        "errors", "findings", "heights", "image_size", "images", "lists", "name", "notes", "path",
        "sizes", "warnings", "widths",
      ])
    let finding = try #require((verdict["findings"] as? [[String: Any]])?.first)
    #expect(finding.keys.sorted() == ["groups", "kind", "names", "remedy", "severity", "text"])
    #expect(finding["severity"] as? String == "warning")
    #expect(finding["groups"] as? [[String]] == [["train_6.png", "test_1.png"]])
    let list = try #require((verdict["lists"] as? [[String: Any]])?.first)
    #expect(list.keys.sorted() == ["empty_masks", "images", "lesion_shares", "masks", "title"])
  }

  @Test func thePageShowsWhatWasFound() throws {
    try leak()
    try data.write(Array("GIF89a".utf8), to: "images/train_5.png")
    let outcome = try run(["check", "set", "--html", "page.html"])
    #expect(outcome.exitCode == 1)
    let page = String(decoding: try data.folder.read("page.html"), as: UTF8.self)
    #expect(
      !page.contains("http:") && !page.contains("https:") && !page.contains("<script"),
      "nothing is fetched")
    #expect(page.contains("data-severity=\"error\"") && page.contains("identical-across-lists"))
    #expect(page.contains("<figcaption>test_1.png, test</figcaption>"))
    #expect(page.contains("<h2>val: 2 images</h2>"))
    // Ten of twelve images in the lists and two of the pair; the one that cannot be read, twice.
    #expect(page.components(separatedBy: "data:image/png;base64,").count - 1 == 11 + 2)
    #expect(page.components(separatedBy: "no picture").count - 1 == 2)
    let nowhere = try run(["check", "set", "--html", "none/page.html"])
    #expect(nowhere.exitCode == 1 && nowhere.standardError.contains("none/page.html"))
  }

  @Test func wrongOptionsAreOneLine() throws {
    for (options, message) in [
      (["--group-by", "("], "is not a regular expression"),
      (["--labeled-ratio", "0"], "--labeled-ratio must be in"),
      (["--image-size", "50"], "--image-size must be a multiple of 16"),
      (["--threads", "0"], "--threads must be in"),
    ] {
      let outcome = try run(["check", "set"] + options)
      #expect(outcome.exitCode != 0 && outcome.standardOutput.isEmpty)
      let lines = outcome.standardError.split(separator: "\n")
      #expect(lines.count == 1 && lines[0].contains(message), "\(outcome.output)")
    }
  }

  // MARK: convert

  @Test func aConversionNamesAllErrorsAndLeavesNothing() throws {
    try data.writeMask("train_2.png", [UInt8](repeating: 255, count: 32 * 32), side: 32)
    try data.write(Array("GIF89a".utf8), to: "images/train_5.png")
    try leak()
    let outcome = try run(["convert", "--input", "set", "--output", "set.h5"])
    #expect(outcome.exitCode == 1)
    let lines = outcome.standardError.split(separator: "\n")
    #expect(lines.count == 4 && lines.count { $0.hasPrefix("error: ") } == 3, "\(outcome.output)")
    #expect(lines.contains { $0.contains("images/train_5.png") })
    #expect(lines.contains { $0.contains("train_2.png: 32×32 for 64×64") })
    #expect(lines.last?.contains("set: 2 errors, 1 warning") == true)
    #expect(lines.last?.contains("set.h5 was not written") == true)
    #expect(!data.folder.exists("set.h5"))
    #expect(try data.folder.partialFiles().isEmpty)
  }

  @Test func warningsStopAConversionOnlyIfAsked() throws {
    try leak()
    let arguments = ["convert", "--input", "set", "--output", "set.h5", "--image-size", "64"]
    let strict = try run(arguments + ["--strict"])
    #expect(strict.exitCode == 1 && !data.folder.exists("set.h5"), "\(strict.output)")
    #expect(strict.standardError.split(separator: "\n").count == 1)
    let outcome = try run(arguments)
    #expect(outcome.exitCode == 0 && data.folder.exists("set.h5"), "\(outcome.output)")
    #expect(outcome.standardError.hasPrefix("warning: 2 images have the same pixels"))
  }

  @Test func masksThatAreAllEmptyAreNotConverted() throws {
    for name in TextureFolder.names { try data.writeMask(name, TextureFolder.flat(0)) }
    let outcome = try run(["convert", "--input", "set", "--output", "set.h5"])
    #expect(outcome.exitCode == 1 && !data.folder.exists("set.h5"))
    let lines = outcome.standardError.split(separator: "\n")
    #expect(lines.count == 1 && lines[0].contains("--foreground VALUE|COLOR|alpha"))
  }

  // MARK: train

  private static let small = [
    "--dataset", "./set", "--img-size", "64", "--batch-size", "4", "--labeled-ratio", "0.5",
    "--pre-iters", "1", "--self-iters", "1", "--threads", "1", "--quiet",
  ]

  /// By the rehearsal and on two ranks alike, said once.
  @Test func aLabeledPartWithoutLesionsIsNotTrainedOn() throws {
    try blackenLabeledPart()
    let message = "./set: every one of the 4 masks of the labeled part is empty"
    let rehearsal = try run(Self.small + ["--dry-run"])
    #expect(rehearsal.exitCode == 1)
    #expect(rehearsal.standardError.hasPrefix("error: \(message)"), "\(rehearsal.output)")
    let job = try ChildProcess.runParallel(
      ranks: 2, [try ChildProcess.program("switch-dist")] + Self.small + ["--run-dir", "run"],
      directory: data.folder.path)
    #expect(job.exitCode == 1 && !job.timedOut)
    #expect(job.output.components(separatedBy: message).count == 2, "\(job.output)")
    #expect(!data.folder.exists("run/configuration.json"))
  }

  @Test func exchangedMasksAreSaidBeforeTraining() throws {
    for (index, name) in TextureFolder.names.enumerated() {
      try data.writeMask(name, TextureFolder.lesion(index, foreground: 0, background: 255))
    }
    let outcome = try run(Self.small + ["--dry-run"])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    let doubts = outcome.output.split(separator: "\n").filter { $0.contains("inverted") }
    #expect(doubts.count == 1 && doubts[0].contains("--invert"), "\(outcome.output)")
  }
}
