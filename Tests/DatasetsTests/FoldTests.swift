import Datasets
import Files
import Phantoms
import RandomNumbers
import TestSupport
import Testing

/// Folds of a cross-validation: what must hold of every division, and in whose lists each image is.
@Suite struct FoldTests {
  /// A made-up data set without pixels.
  struct Made: Sendable, CustomTestStringConvertible {
    var seed: UInt64
    var count: Int
    var folds: Int
    var largestGroup: Int
    var testDescription: String {
      "seed \(seed): \(count) images, \(folds) folds, groups to \(largestGroup)"
    }
  }

  private static let made: [Made] = (0..<24).map { index in
    var stream = RandomStream(seed: 77, purpose: .kernelProbe, slot: index)
    return Made(
      seed: UInt64(index), count: stream.integer(in: 30..<200), folds: stream.integer(in: 3..<8),
      largestGroup: stream.integer(in: 1..<5))
  }

  /// Groups of neighbouring names; every seventh image has no mask.
  private func source(
    _ made: Made, isReversed: Bool = false
  ) throws -> (source: DatasetSource, groups: [String]) {
    var stream = RandomStream(seed: made.seed, purpose: .kernelProbe, slot: 1)
    var groups: [String] = []
    while groups.count < made.count {
      let size = stream.integer(in: 1..<(made.largestGroup + 1))
      groups += Array(repeating: "g\(groups.count)", count: size)
    }
    var names = (0..<made.count).map { "\(groups[$0])_\($0).png" }
    let folder = try TemporaryFolder()
    try folder.makeFolder("set/images")
    try folder.makeFolder("set/labels")
    for (index, name) in names.enumerated() {
      try folder.write("", to: "set/images/\(name)")
      if index % 7 != 3 { try folder.write("", to: "set/labels/\(name)") }
    }
    if isReversed { names.reverse() }
    let lists = [
      ("train", names.dropLast(4)), ("val", names.suffix(4).prefix(2)), ("test", names.suffix(2)),
    ]
    for (list, names) in lists {
      try folder.write(names.joined(separator: "\n"), to: "set/\(list).txt")
    }
    let source = try DatasetSource.open(folder.file("set"), requiresFiles: false)
    return (source, source.names.map { $0.prefix { $0 != "_" }.description })
  }

  @Test(arguments: made) func everyDivisionHolds(made: Made) throws {
    let (source, groups) = try source(made)
    let table = try FoldDivision(
      of: source, into: made.folds, groups: groups, seed: made.seed
    ).table
    #expect(table.rows.map(\.name).sorted() == source.names.sorted())
    // No group straddles.
    for (group, rows) in Dictionary(grouping: table.rows, by: \.group) {
      #expect(Set(rows.map(\.fold)).count == 1, "\(group)")
    }
    // Sizes differ by the largest group at most.
    let labeled = Set(zip(source.names, source.hasLabel).filter(\.1).map(\.0))
    let rows = table.rows.filter { labeled.contains($0.name) }
    let sizes = (1...made.folds).map { fold in rows.count { $0.fold == fold } }
    let largest = Dictionary(grouping: rows, by: \.group).map(\.value.count).max() ?? 0
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= largest, "\(sizes)")
    // The same at each call, another by another seed; a file reads back.
    let again = try FoldDivision(of: source, into: made.folds, groups: groups, seed: made.seed)
    #expect(again.table == table)
    let other = try FoldDivision(of: source, into: made.folds, groups: groups, seed: 1_000)
    #expect(other.table != table)
    let folder = try TemporaryFolder()
    try folder.write(table.csv(), to: "folds.csv")
    #expect(try FoldTable(folder.file("folds.csv")) == table)
    try expectLists(of: source, table, groups)
  }

  /// Each labeled image is tested once and validates once; nobody is in two lists of one fold.
  private func expectLists(
    of source: DatasetSource, _ table: FoldTable, _ groups: [String]
  ) throws {
    var (tested, validated) = ([Int](), [Int]())
    for fold in 1...table.count {
      let lists = try source.divided(by: table, testing: fold, path: "folds.csv").splits
      tested += lists.test
      validated += lists.validation
      let sets = [lists.train, lists.validation, lists.test].map { Set($0.map { groups[$0] }) }
      #expect(sets[0].isDisjoint(with: sets[1].union(sets[2])) && sets[1].isDisjoint(with: sets[2]))
      // Labeled images come first.
      let labels = lists.train.map { source.hasLabel[$0] }
      #expect(labels == labels.filter { $0 } + labels.filter { !$0 })
      #expect((lists.test + lists.validation).allSatisfy { source.hasLabel[$0] })
    }
    let labeled = source.names.indices.filter { source.hasLabel[$0] }
    #expect(tested.sorted() == labeled && validated.sorted() == labeled)
  }

  /// Without groups folds differ by one image in each class and in all.
  @Test(arguments: [3, 5, 7]) func foldsAreOfOneSize(count: Int) throws {
    let source = try LayoutFolder.busi(benign: 23, malignant: 11, normal: 5).open(.busi)
    let table = try FoldDivision(of: source, into: count, groups: nil, seed: 4).table
    func spread(_ names: Set<String>) -> Int {
      let sizes = (1...count).map { fold in
        table.rows.count { $0.fold == fold && names.contains($0.name) }
      }
      return (sizes.max() ?? 0) - (sizes.min() ?? 0)
    }
    #expect(spread(Set(source.names)) <= 1)
    for name in Set(source.classes) {
      let members = zip(source.names, source.classes).filter { $0.1 == name }.map(\.0)
      #expect(spread(Set(members)) <= 1, "\(name)")
    }
  }

  /// The lists of a fold are those of the data set's images, whatever the data set's own lists are.
  @Test func theTableDoesNotDependOnTheLists() throws {
    let tables = try [false, true].map { isReversed in
      let (source, groups) = try source(Self.made[0], isReversed: isReversed)
      return try FoldDivision(of: source, into: 3, groups: groups, seed: 1).table
    }
    #expect(tables[0] == tables[1])
  }

  /// A folder and its conversion give the same digests, others than without folds and than other folds.
  @Test func digestsTellFoldsApart() throws {
    let folder = try TemporaryFolder()
    try Phantom(count: 20, size: 32, seed: 2).writeFolder(folder.file("set"))
    let source = try DatasetSource.open(folder.file("set"), imageSize: 32)
    try DatasetFile.write(try source.loadAll(), to: folder.file("set.h5"))
    let file = try DatasetSource.open(folder.file("set.h5"))
    let table = try FoldDivision(of: source, into: 4, groups: nil, seed: 1).table
    #expect(try FoldDivision(of: file, into: 4, groups: nil, seed: 1).table == table)
    func digests(_ source: DatasetSource, _ fold: Int?) throws -> [String] {
      let divided = try fold.map { try source.divided(by: table, testing: $0, path: "") } ?? source
      let dataset = try divided.dataset()
      return [dataset.sourceDigest, try dataset.contentDigest()]
    }
    let all = try [nil, 1, 2].map { try digests(source, $0) }
    #expect(try [nil, 1, 2].map { try digests(file, $0) } == all)
    #expect(Set(all.flatMap { $0 }).count == 6)
  }

  @Test(arguments: [
    ("name,fold\na,1", "its first line is not name,group,fold"),
    ("name,group,fold\na,a,x", "line 2 is no name, group and fold"),
    ("name,group,fold\na,a,1\na,a,2\n", "line 3: a is there twice"),
    ("name,group,fold\na,g,1\nb,g,2\n", "line 3: the group 'g' is in fold 1 and in fold 2"),
    ("name,group,fold\na,a,1\nb,b,2\n", "2 folds are too few"),
    ("name,group,fold\na,a,1\nb,b,3\n", "fold 2 has no images"),
  ])
  func tablesThatCannotBeAreOneLine(text: String, reason: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "folds.csv")
    let error = #expect(throws: FileError.self) { try FoldTable(folder.file("folds.csv")) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }

  @Test func tablesOfOtherImagesAreRefused() throws {
    let folder = try TemporaryFolder()
    for (name, count) in [("few", 12), ("many", 14)] {
      try Phantom(count: count, size: 32, seed: 2).writeFolder(folder.file(name))
    }
    let sources = try ["few", "many"].map {
      try DatasetSource.open(folder.file($0), imageSize: 32)
    }
    for (one, other) in [(0, 1), (1, 0)] {
      let table = try FoldDivision(of: sources[one], into: 3, groups: nil, seed: 1).table
      #expect(throws: FileError.self) {
        try sources[other].divided(by: table, testing: 1, path: "folds.csv")
      }
      #expect(throws: FileError.self) {
        try sources[one].divided(by: table, testing: 4, path: "folds.csv")
      }
    }
    #expect(throws: FileError.self) {
      try FoldDivision(of: sources[0], into: 13, groups: nil, seed: 1)
    }
  }

  @Test func groupsComeFromATable() throws {
    let folder = try TemporaryFolder()
    try folder.write("group,name\n\"p, 1\",a.png\np2,b.png\n", to: "groups.csv")
    let groups = try ImageGroups(folder.file("groups.csv"))
    #expect(try groups.groups(of: ["b.png", "a.png"]) == ["p2", "p, 1"])
    #expect(throws: FileError.self) { try groups.groups(of: ["c.png"]) }
    #expect(try ImageGroups("^(p[0-9]+)_").groups(of: ["p12_1.png"]) == ["p12"])
    for text in ["name\na", "name,group\na", "name,group\na,1\na,2"] {
      try folder.write(text, to: "bad.csv")
      #expect(throws: FileError.self) { try ImageGroups(folder.file("bad.csv")) }
    }
  }
}
