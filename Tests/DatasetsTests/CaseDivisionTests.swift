import Datasets
import Files
import TestSupport
import Testing

/// Dividing images without lists: by shares, seed, class and group.
@Suite struct CaseDivisionTests {
  /// Images of patients, `frames` of each.
  private func patients(_ count: Int, frames: Int) throws -> LayoutFolder {
    let set = try LayoutFolder()
    for patient in 0..<count {
      for frame in 0..<frames {
        for folder in ["images", "masks"] { try set.write("\(folder)/p\(patient)_\(frame).png") }
      }
    }
    return set
  }

  @Test(arguments: [("70/10/20", [14, 2, 4]), ("80/20/0", [16, 4, 0]), ("0/0/100", [0, 0, 20])])
  func sharesAreKept(text: String, counts: [Int]) throws {
    let source = try patients(20, frames: 1).open(split: text)
    #expect(source.splits.titledCounts == counts)
    #expect(Set(source.names).count == 20)
  }

  @Test(arguments: ["70/10", "70/10/30", "70/10/20/0", "-10/10/100", "a/b/c", "70.5/9.5/20", ""])
  func sharesThatAreNoneAreRefused(text: String) { #expect(SplitShares(text) == nil) }

  /// The lists are the same on every machine, whatever order its file system has.
  @Test func aSeedGivesTheseLists() throws {
    let source = try patients(10, frames: 1).open(seed: 7)
    #expect(
      source.list(source.splits.train).joined(separator: " ")
        == "p2_0.png p8_0.png p4_0.png p9_0.png p6_0.png p0_0.png p1_0.png")
    #expect(source.list(source.splits.validation) == ["p7_0.png"])
    let other = try patients(10, frames: 1).open(seed: 8)
    #expect(source.names != other.names)
  }

  @Test func eachClassIsDividedAlikeAndSpreadOverTheTrainList() throws {
    let source = try LayoutFolder.busi(benign: 40, malignant: 20, normal: 10).open()
    func counts(_ positions: some Sequence<Int>) -> [Int] {
      ["benign", "malignant", "normal"].map { name in
        positions.count { source.classes[$0] == name }
      }
    }
    #expect(counts(source.splits.train) == [28, 14, 7])
    #expect(counts(source.splits.validation) == [4, 2, 1])
    #expect(counts(source.splits.test) == [8, 4, 2])
    #expect(counts(source.splits.train[..<7]) == [4, 2, 1], "so has the labeled part of each")
  }

  @Test func aGroupIsNeverDivided() throws {
    let set = try patients(12, frames: 5)
    for seed in UInt64(1)...8 {
      let source = try set.open(split: "60/20/20", seed: seed, by: "^(p[0-9]+)_")
      let groups = source.splits.positions.map { list in
        Set(source.list(list).map { String($0.prefix { $0 != "_" }) })
      }
      #expect(groups.reduce(0) { $0 + $1.count } == 12)
      #expect(source.splits.titledCounts.reduce(0, +) == 60)
      #expect(source.splits.titledCounts.allSatisfy { $0 >= 5 })
    }
    let whole = try set.open(by: "^p[0-9]+")
    #expect(whole.notes.contains("12 groups by '^p[0-9]+'"))
  }

  @Test func patternsThatFindNothingAreRefused() throws {
    let set = try patients(4, frames: 1)
    try set.write("images/scan.png")
    for (pattern, reason) in [
      ("^(p[0-9]+)_", "finds no group in the name scan.png"),
      ("(p", "is not a regular expression"),
      ("^(q)", "finds no group in the name p0_0.png (and 4 more)"),
    ] {
      let error = #expect(throws: FileError.self) { try set.open(by: pattern) }
      #expect(try #require(error).description.hasPrefix("--group-by \(pattern): \(reason)"))
    }
  }

  @Test func unlabeledImagesEndTheTrainList() throws {
    let set = try patients(10, frames: 2)
    for patient in 0..<10 { try set.write("images/p\(patient)_u.png") }
    let source = try set.open(split: "60/20/20")
    let train = source.splits.train
    #expect(train.prefix(12).allSatisfy { source.hasLabel[$0] })
    #expect(
      train.dropFirst(12).count == 10 && train.dropFirst(12).allSatisfy { !source.hasLabel[$0] })
    #expect((source.splits.validation + source.splits.test).allSatisfy { source.hasLabel[$0] })
    let grouped = try set.open(split: "60/20/20", by: "^(p[0-9]+)_")
    #expect(grouped.splits.train.count == 6 * 3)
    #expect(
      grouped.notes.contains("4 images without masks belong to val or test and were left out"))
  }

  @Test func tooFewImagesAreSaid() throws {
    let error = #expect(throws: FileError.self) { try patients(3, frames: 2).open(by: "^(p.)") }
    #expect(
      try #require(error).description.contains(
        "its 3 labeled groups are too few: 10 % of them leave none for val"))
  }
}

extension Dataset.Splits {
  var positions: [[Int]] { [train, validation, test] }
  var titledCounts: [Int] { positions.map(\.count) }
}
