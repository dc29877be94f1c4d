import Checks
import Datasets
import Files
import TestSupport
import Testing

/// What a check finds in folders that have one fault, or many.
@Suite struct DatasetCheckTests {
  private let data: TextureFolder

  init() throws { data = try TextureFolder() }

  private func verdict(
    threads: Int = 2, ratio: Double? = 0.5, groupBy: String? = nil
  ) throws -> Verdict {
    let source = try DatasetSource.open(data.path, imageSize: 64, requiresFiles: false)
    let options = CheckOptions(
      labeledRatio: ratio, grouping: try groupBy.map { try GroupPattern($0) })
    let check = DatasetCheck(source, options)
    check.examineAll(threads: threads)
    return check.verdict()
  }

  /// The finding, which must be the only one of this severity.
  private func only(
    _ severity: Finding.Severity, _ verdict: Verdict, location: SourceLocation = #_sourceLocation
  ) throws -> Finding {
    let found = verdict.findings.filter { $0.severity == severity }
    #expect(found.count == 1, "\(verdict.text)", sourceLocation: location)
    return try #require(found.first, sourceLocation: location)
  }

  @Test func aGoodSetHasNoFindings() throws {
    let verdict = try verdict()
    #expect(verdict.findings.isEmpty, "\(verdict.text)")
    #expect(!verdict.refuses(isStrict: true))
    #expect(verdict.lists.map(\.title) == ["train", "labeled", "val", "test"])
    #expect(verdict.lists.map(\.images) == [8, 4, 2, 2])
    #expect(verdict.lists.allSatisfy { $0.masks == $0.images && $0.lesionShares.count == 5 })
    let shares = verdict.lists[0].lesionShares
    #expect(shares == shares.sorted() && (0.05..<0.12).contains(shares[2]))
    #expect(verdict.widths == [64, 64] && verdict.sizes == 1)
  }

  // MARK: Masks

  @Test func aLabeledPartWithoutLesionsIsAnError() throws {
    for name in TextureFolder.train[..<4] { try data.writeMask(name, TextureFolder.flat(0)) }
    let finding = try only(.error, try verdict())
    #expect(finding.kind == .labeledPartWithoutLesions)
    #expect(finding.text.contains("every one of the 4 masks of the labeled part is empty"))
    #expect(finding.remedy.contains("--foreground VALUE|COLOR|alpha"))
    #expect(finding.names == Array(TextureFolder.train[..<4]))
    #expect(try verdict(ratio: nil).errors == 0, "nobody said what is labeled")
  }

  @Test(arguments: [
    (0, "is empty", "--foreground"), (255, "is full (lesion everywhere)", "--invert"),
  ])
  func aSetWithoutLesionsIsAnError(value: UInt8, says: String, remedy: String) throws {
    for name in TextureFolder.names { try data.writeMask(name, TextureFolder.flat(value)) }
    let finding = try only(.error, try verdict())
    #expect(finding.kind == .masksWithoutLesions)
    #expect(finding.text.contains("every one of the 12 masks of the data set \(says)"))
    #expect(finding.remedy.contains(remedy))
  }

  @Test func masksThatAreEmptyOrFullTeachNothing() throws {
    for (index, name) in TextureFolder.names.enumerated() {
      try data.writeMask(name, TextureFolder.flat(index % 2 == 0 ? 0 : 255))
    }
    let finding = try only(.error, try verdict())
    #expect(finding.text.contains("either empty or full"))
  }

  @Test func exchangedMasksAreAWarning() throws {
    for (index, name) in TextureFolder.names.enumerated() {
      try data.writeMask(name, TextureFolder.lesion(index, foreground: 0, background: 255))
    }
    let verdict = try verdict()
    let finding = try only(.warning, verdict)
    #expect(finding.kind == .masksLookInverted && finding.remedy.contains("--invert"))
    #expect(finding.text.contains("12 of 12 masks"))
    #expect(!verdict.refuses(isStrict: false) && verdict.refuses(isStrict: true))
  }

  @Test func singleEmptyAndFullMasksAreNamed() throws {
    try data.writeMask("train_6.png", TextureFolder.flat(0))
    try data.writeMask("test_1.png", TextureFolder.flat(255))
    let verdict = try verdict()
    #expect(try only(.warning, verdict).kind == .fullMasks)
    #expect(try only(.warning, verdict).names == ["test_1.png"])
    #expect(try only(.note, verdict).kind == .emptyMasks)
    #expect(try only(.note, verdict).text.contains("1 of 12 masks are empty (first: train_6.png)"))
  }

  // MARK: Files

  /// All of them at once, whatever else is wrong.
  @Test func everyBadFileIsNamed() throws {
    try data.writeMask("train_2.png", [UInt8](repeating: 255, count: 32 * 32), side: 32)
    try data.writeMask("val_1.png", [UInt8](repeating: 255, count: 63 * 63), side: 63)
    try data.write(Array("GIF89a".utf8), to: "images/train_5.png")
    try data.write(Array("GIF89a".utf8), to: "labels/test_0.png")
    try data.remove("images/train_7.png")
    try data.remove("labels/test_1.png")
    let verdict = try verdict()
    let errors = verdict.findings.filter { $0.severity == .error }
    #expect(
      errors.map(\.kind) == [.unreadableFiles, .unreadableFiles, .maskSize, .missingMasks],
      "\(verdict.text)")
    #expect(errors[0].names == ["train_5.png", "test_0.png"])
    #expect(errors[0].text.contains("2 files cannot be used (first: \(data.path)/images/train_5"))
    #expect(errors[1].names == ["train_7.png"])
    #expect(errors[2].names == ["train_2.png", "val_1.png"])
    #expect(errors[2].text.contains("train_2.png 32×32 for 64×64, val_1.png 63×63 for 64×64"))
    #expect(errors[3].text.contains("1 of 2 images of the test list have no mask"))
    #expect(verdict.errors == 4 && verdict.refuses(isStrict: false))
  }

  /// However many pixels have each of three values: it is one fault, said once.
  @Test func filesWithTheSameFaultAreOneFinding() throws {
    for (name, rows) in [("train_1.png", 8), ("train_6.png", 16)] {
      let mask = (0..<64 * 64).map { UInt8(max(0, 2 - $0 / (64 * rows))) }
      try data.writeMask(name, mask)
    }
    let finding = try only(.error, try verdict())
    #expect(finding.names == ["train_1.png", "train_6.png"])
    #expect(finding.text.contains("2 files cannot be used") && finding.text.contains("3 values"))
  }

  @Test(arguments: [
    ("Train_0.png", "there is Train_0.png"), ("train_0.bmp", "there is train_0.bmp"),
    ("other.png", "take it out of the lists"),
  ])
  func whatIsThereInsteadIsNamed(file: String, hint: String) throws {
    try data.remove("images/train_0.png")
    try data.write([0], to: "images/\(file)")
    #expect(try only(.error, try verdict()).remedy.contains(hint))
  }

  @Test func hiddenAndUnlistedFilesAreNoted() throws {
    try data.write([0], to: "images/._train_0.png")
    try data.write([0], to: "labels/.DS_Store")
    try data.writeImage("spare.png", TextureFolder.texture(50))
    let verdict = try verdict()
    #expect(verdict.findings.map(\.kind) == [.unlistedFiles, .hiddenFiles], "\(verdict.text)")
    #expect(verdict.findings[0].names == ["spare.png"])
    #expect(verdict.findings[1].names == ["images/._train_0.png", "labels/.DS_Store"])
  }

  @Test func whatDecodingSaysIsNoted() throws {
    try data.writeMask("train_1.png", TextureFolder.lesion(1, foreground: 1))
    let finding = try only(.note, try verdict())
    #expect(finding.kind == .decoding && finding.names == ["train_1.png"])
  }

  // MARK: Images

  @Test func imagesThatShowLittleAreWarnings() throws {
    try data.writeImage("train_1.png", TextureFolder.flat(77))
    try data.writeImage("train_2.png", TextureFolder.texture(2).map { $0 / 16 })
    try data.writeImage("train_3.png", TextureFolder.texture(3).map { $0 > 100 ? 255 : $0 })
    let verdict = try verdict()
    #expect(
      verdict.findings.map(\.kind)
        == [.constantImages, .darkImages, .saturatedImages, .decoding, .decoding],
      "\(verdict.text)")
    let names = verdict.findings.map(\.names)
    #expect(names.prefix(3) == [["train_1.png"], ["train_2.png"], ["train_3.png"]])
    #expect(names.suffix(2) == [["train_1.png"], ["train_2.png"]], "decoding names their values")
    #expect(verdict.findings[1].remedy.contains("--window"))
  }

  /// Another brightness, contrast, size, noise: the same image. Mirrored: another one.
  @Test func imagesThatLookTheSameAreFoundAcrossLists() throws {
    let first = TextureFolder.texture(0)
    try data.writeImage("test_0.png", first.map { $0 / 2 + 60 })
    try data.writeImage("val_0.png", TextureFolder.texture(1, side: 96), side: 96)
    let half = [UInt8](repeating: 0, count: 96 * 48)
    try data.writeMask("val_0.png", half + half.map { _ in 255 }, side: 96)
    let noisy = TextureFolder.texture(2).enumerated().map { offset, gray in
      UInt8(Int(gray) + offset * 7 % 13 - 6)
    }
    try data.writeImage("test_1.png", noisy)
    let fourth = TextureFolder.texture(3)
    let mirrored = fourth.indices.map { index in
      let (row, column) = (index / 64, index % 64)
      return fourth[row * 64 + 63 - column]
    }
    try data.writeImage("val_1.png", mirrored)
    let finding = try only(.warning, try verdict())
    #expect(finding.kind == .similarAcrossLists)
    #expect(
      finding.groups == [
        ["train_0.png", "test_0.png"], ["train_1.png", "val_0.png"], ["train_2.png", "test_1.png"],
      ])
    #expect(finding.text.contains("1 of val with train, 2 of test with train"))
    #expect(finding.text.contains("train_0.png (train) and test_0.png (test)"))
  }

  @Test func theSamePixelsAreFoundWithTheirMasks() throws {
    try data.writeImage("train_4.png", TextureFolder.texture(3))
    try data.writeMask("train_4.png", TextureFolder.lesion(3))
    try data.writeImage("test_1.png", TextureFolder.texture(6))
    let verdict = try verdict()
    #expect(
      verdict.findings.map(\.kind)
        == [.identicalAcrossLists, .identicalWithOtherMasks, .identicalImages], "\(verdict.text)")
    #expect(verdict.findings[0].groups == [["train_6.png", "test_1.png"]])
    #expect(verdict.findings[1].groups == [["train_6.png", "test_1.png"]])
    #expect(verdict.findings[2].groups == [["train_3.png", "train_4.png"]])
  }

  // MARK: Names

  @Test func namesInTwoListsAreAWarning() throws {
    try data.writeLists(
      TextureFolder.train, TextureFolder.validation, TextureFolder.test + ["train_3.png"])
    let finding = try only(.warning, try verdict())
    #expect(finding.kind == .sharedNames && finding.names == ["train_3.png"])
    #expect(finding.text.contains("1 of 3 names of the test list are also in the train list"))
  }

  /// Images of one patient are in one list, or scores say little.
  @Test func patientsInTwoListsAreAWarning() throws {
    let apart = try verdict(groupBy: "^([a-z]+_\\d)")
    #expect(apart.findings.isEmpty, "\(apart.text)")
    let shared = try verdict(groupBy: "_(\\d)").findings
    #expect(shared.map(\.kind) == [.sharedGroups, .sharedGroups, .sharedGroups])
    #expect(shared.allSatisfy { $0.severity == .warning && $0.names == ["0", "1"] })
    #expect(shared[0].text == "2 groups are in both the train and the val list (first: 0)")
    let unmatched = try verdict(groupBy: "^train_(\\d)")
    #expect(try only(.warning, unmatched).kind == .namesWithoutGroup)
    #expect(try only(.warning, unmatched).names.count == 4)
    #expect(throws: FileError.self) { try GroupPattern("(") }
  }

  // MARK: The same for everybody

  @Test func neitherThreadsNorStorageMatter() throws {
    try data.writeImage("test_1.png", TextureFolder.texture(6))
    try data.writeMask("train_6.png", TextureFolder.flat(0))
    let alone = try verdict(threads: 1)
    #expect(try verdict(threads: 3) == alone)
    let file = data.folder.file("set.h5")
    _ = try Conversion.run(try DatasetSource.open(data.path, imageSize: 64), to: file)
    let source = try DatasetSource.open(file)
    let check = DatasetCheck(source, CheckOptions(labeledRatio: 0.5))
    check.examineAll(threads: 2)
    #expect(check.verdict().findings == alone.findings)
  }
}
