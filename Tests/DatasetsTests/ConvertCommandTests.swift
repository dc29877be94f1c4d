import Datasets
import TestSupport
import Testing

/// `switch-dist convert` as a process.
@Suite struct ConvertCommandTests {
  @Test func aFolderBecomesAFileWithTheSameContent() throws {
    let sample = try SampleFolder()
    let file = sample.folder.file("set.h5")
    let outcome = try Self.convert(
      ["--input", sample.path, "--output", file, "--image_size", "64"])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    #expect(outcome.standardOutput.contains("\(file): 11 images of 64×64 pixels"))
    #expect(outcome.standardOutput.contains("train 6, validation 2, test 3"))

    let folder = try DatasetSource.open(sample.path, imageSize: 64).loadAll()
    let converted = try DatasetSource.open(file, imageSize: 64).loadAll()
    #expect(converted.images == folder.images)
    #expect(converted.labels == folder.labels)
    #expect(converted.splits == folder.splits)
    #expect(converted.sourceDigest == folder.sourceDigest)
    #expect(outcome.standardOutput.contains(folder.sourceDigest))
  }

  @Test func badInputIsOneLineThatNamesTheFile() throws {
    let sample = try SampleFolder()
    let output = ["--output", sample.folder.file("set.h5")]
    try Self.expectFailure(
      ["--input", sample.folder.file("none")] + output, naming: "no such data set")
    try Self.expectFailure(
      ["--input", sample.path, "--output", sample.folder.file("set.png")],
      naming: "--output must be a file whose name ends in .h5")
    try Self.expectFailure(
      ["--input", sample.path, "--image-size", "100"] + output,
      naming: "--image-size must be a multiple of 16")
    try sample.write("not a PNG", to: "images/train_3.png")
    try Self.expectFailure(["--input", sample.path] + output, naming: "train_3.png")
    try sample.remove("images/train_3.png")
    try Self.expectFailure(["--input", sample.path] + output, naming: "train_3.png")
    #expect(!sample.folder.exists("set.h5"), "a failed conversion leaves no file")
  }

  @Test func optionsSayWhatIsLesion() throws {
    let sample = try SampleFolder()
    let plain = try DatasetSource.open(sample.path, imageSize: 64).loadAll()
    let labels = (0..<40 * 50).map { index in
      index % 40 < 20 ? 0 : index / 40 < 25 ? 1 : 2
    }
    try sample.write(
      PlainPNG.image(width: 40, height: 50, bitDepth: 8, colorType: 0, samples: labels),
      to: "labels/train_0.png")
    let file = sample.folder.file("set.h5")
    let arguments = ["--input", sample.path, "--output", file, "--image-size", "64"]
    try Self.expectFailure(
      arguments,
      naming: "labels/train_0.png: the mask holds 3 values: 0 (50.0 %), 1 (25.0 %), 2 (25.0 %); say"
        + " which are lesion with --foreground VALUE[,VALUE], such as --foreground 1,2")
    #expect(!sample.folder.exists("set.h5"))
    try Self.expectFailure(arguments + ["--foreground", "red"], naming: "--foreground")
    let outcome = try Self.convert(arguments + ["--foreground", "2,255"])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    #expect(
      outcome.output.contains("11 files (first: train_0.png): foreground is what --foreground"))
    let converted = try DatasetSource.open(file).loadAll()
    #expect(converted.labels[4096...] == plain.labels[4096...])
    #expect(converted.labels[..<4096].count { $0 == 1 } == 1024)
    #expect(converted.notes.count == 1, "the file keeps what was said")
  }

  @Test func severalProcessesDoNotWriteOneFile() throws {
    let sample = try SampleFolder()
    let outcome = try ChildProcess.runParallel(
      ranks: 2,
      [
        try ChildProcess.program("switch-dist"), "convert", "--input", sample.path, "--output",
        sample.folder.file("set.h5"),
      ], timeout: 60)
    #expect(outcome.exitCode != 0)
    #expect(outcome.standardError.contains("runs as one process"))
    #expect(!sample.folder.exists("set.h5"))
  }

  private static func expectFailure(_ arguments: [String], naming text: String) throws {
    let outcome = try convert(arguments)
    #expect(outcome.exitCode != 0)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 1 && lines[0].hasPrefix("error: "), "\(outcome.output)")
    #expect(outcome.output.contains(text), "\(outcome.output)")
  }

  private static func convert(_ arguments: [String]) throws -> ChildProcess.Outcome {
    try ChildProcess.run(
      [try ChildProcess.program("switch-dist"), "convert"] + arguments, timeout: 60)
  }
}
