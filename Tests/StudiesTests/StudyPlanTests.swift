import Settings
import Studies
import TestSupport
import Testing

/// The plan of a study: which runs it means, and one clear line for what it cannot mean.
@Suite struct StudyPlanTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func plan(_ text: String, _ file: String = "plan.yaml") throws -> StudyPlan {
    try folder.write(text, to: file)
    return try StudyPlanFile(folder.file(file)).read()
  }

  private static let example = """
    title: An example
    options:
      dataset: set.h5
      batch_size: 8
    variants:
      switch: {method: switch}
      plain: {method: supervised, batch-size: 12}
    grid:
      labeled-ratio: [0.10, 0.5]
    seeds: [3, 1]
    compare:
      baseline: plain
    """

  @Test func everyCombinationIsARun() throws {
    let plan = try plan(Self.example)
    #expect(plan.title == "An example")
    #expect(plan.axes.map(\.name) == ["variant", "labeled-ratio", "seed"])
    #expect(plan.axes.map(\.values) == [["switch", "plain"], ["0.1", "0.5"], ["3", "1"]])
    // One seed after the other.
    #expect(
      plan.points.map(\.name) == [
        "variant=switch,labeled-ratio=0.1,seed=3", "variant=switch,labeled-ratio=0.5,seed=3",
        "variant=plain,labeled-ratio=0.1,seed=3", "variant=plain,labeled-ratio=0.5,seed=3",
        "variant=switch,labeled-ratio=0.1,seed=1", "variant=switch,labeled-ratio=0.5,seed=1",
        "variant=plain,labeled-ratio=0.1,seed=1", "variant=plain,labeled-ratio=0.5,seed=1",
      ])
    let last = try #require(plan.points.last)
    #expect(last["variant"] == "plain" && last["seed"] == "1" && last["method"] == nil)
    #expect(last.configuration.method == .supervised && last.configuration.seed == 1)
    #expect(
      last.configuration.data.dataset == "set.h5" && last.configuration.data.labeledRatio == 0.5)
    // A variant wins.
    #expect(plan.points.map(\.configuration.schedule.batchSize) == [8, 8, 12, 12, 8, 8, 12, 12])
    #expect(plan.comparison?.axis == "variant")
    #expect(plan.comparison?.pairs.map { [$0.value, $0.other] } == [["switch", "plain"]])
  }

  /// Whatever varies is in the name, with one value too: more may be added.
  @Test func namesStayWhenValuesAreAdded() throws {
    let one = try plan("grid: {method: [bcp]}")
    #expect(one.points.map(\.name) == ["method=bcp,seed=1"])
    let more = try plan("grid: {method: [bcp, switch]}\nseeds: [1, 2]")
    #expect(more.points.map(\.name).contains("method=bcp,seed=1"))
    #expect(more.points.count == 4)
  }

  @Test func valuesBecomeNamesOfFolders() throws {
    let plan = try plan(
      "grid:\n  dataset: [sets/a b.h5, ../c.h5]\n  weak-augs: [true, no]\n  learning-rate: [1e-3]")
    #expect(
      plan.points.map(\.name) == [
        "dataset=sets_a_b.h5,weak-augs=true,learning-rate=0.001,seed=1",
        "dataset=sets_a_b.h5,weak-augs=false,learning-rate=0.001,seed=1",
        "dataset=.._c.h5,weak-augs=true,learning-rate=0.001,seed=1",
        "dataset=.._c.h5,weak-augs=false,learning-rate=0.001,seed=1",
      ])
  }

  @Test(arguments: [
    ("baseline: bcp", ["switch-bcp", "supervised-bcp"]),
    (
      "{axis: method, pairs: [[switch, bcp], [bcp, supervised]]}", ["switch-bcp", "bcp-supervised"]
    ),
    ("{axis: labeled-ratio, baseline: 0.10}", ["0.5-0.1"]),
  ])
  func comparisonsAreExpanded(compare: String, pairs: [String]) throws {
    let text = compare.hasPrefix("{") ? compare : "{\(compare)}"
    let plan = try plan(
      "grid:\n  labeled-ratio: [0.1, 0.5]\n  method: [switch, bcp, supervised]\ncompare: \(text)")
    #expect(plan.comparison?.pairs.map { "\($0.value)-\($0.other)" } == pairs)
  }

  static let refusals: [(text: String, reason: String)] = [
    ("", "expected sections such as options: and grid:"),
    ("- a", "expected sections such as options: and grid:"),
    ("options: {seed: 1}\nseeds: [1]", "line 1: write seeds: [1, 2, 3] for seed"),
    ("batch-size: 8", "line 1: batch-size belongs in options:"),
    ("grids: {a: [1]}", "line 1: there is no section grids; a study has title, options, variants"),
    ("options: {batch-size: 8}", "nothing varies: give grid:, variants: or seeds:"),
    (
      "options: {batch-size: [8, 12]}\nseeds: [1]",
      "batch-size has several values: that belongs in grid:"
    ),
    ("options: {exp: a}\nseeds: [1]", "exp is given to each run by the study; leave it out"),
    ("options: {resume: true}\nseeds: [1]", "resume is given to each run by the study"),
    (
      "options:\n  bach-size: 8\nseeds: [1]",
      "line 2: there is no option bach-size; did you mean batch-size?"
    ),
    ("options: {strong-augs: perhaps}\nseeds: [1]", "strong-augs is true or false, not perhaps"),
    ("grid: {batch-size: 8}", "batch-size needs a list of values in brackets"),
    ("grid: {batch-size: []}", "batch-size needs a list of values in brackets"),
    ("grid: {batch-size: [8, many]}", "The value 'many' is invalid for '--batch-size"),
    ("grid: {method: [switch, swich]}", "--method must be switch, bcp, supervised, not swich"),
    ("grid: {labeled-ratio: [0.1, 0.10]}", "labeled-ratio has 0.1 twice"),
    ("grid: {dataset: [a/b.h5, a_b.h5]}", "a/b.h5 and a_b.h5, whose runs would have one name"),
    ("grid: {threads: [1, 2]}", "threads changes no result: it belongs in options:"),
    (
      "options: {method: bcp}\ngrid: {method: [switch]}",
      "method is set in options: or grid:, too: leave one out"
    ),
    ("variants: {a: {method: bcp}}\ngrid: {method: [switch]}", "method is set in variant a, too"),
    ("variants: {a b: {method: bcp}}", "'a b' names a variant and a folder"),
    ("variants: {}", "variants: has a line for each"),
    ("variants: [switch, bcp]", "variants: has a line for each"),
    ("seeds: 3", "seeds: is a list, such as [1, 2, 3]"),
    ("seeds: [1, -1]", "The value '-1' is invalid for '--seed"),
    ("seeds: [1, 1]", "seed has 1 twice"),
    ("grid: {batch-size: [8, 9]}", "batch-size=9,seed=1: --batch-size must be a multiple of 4"),
    ("seeds: [1]\ncompare: {baseline: bcp}", "compare: names no axis"),
    (
      "grid: {method: [bcp]}\ncompare: {baseline: switch}",
      "method has no value 'switch'; it has bcp"
    ),
    ("grid: {method: [bcp]}\ncompare: bcp", "compare: has baseline: VALUE or pairs:"),
    ("grid: {method: [bcp]}\ncompare: {pairs: [bcp]}", "compare: has baseline: VALUE or pairs:"),
    ("grid: {method: [bcp]}\ncompare: {against: bcp}", "compare: has baseline: VALUE or pairs:"),
    ("seeds: [1]\nseeds: [2]", "not YAML"),
    ("grid: {method: [switch", "not YAML"),
  ]

  @Test(arguments: refusals) func whatIsDoubtfulIsOneLine(text: String, reason: String) throws {
    let error = #expect(throws: ConfigurationError.self) { try plan(text) }
    let line = error?.description ?? ""
    #expect(line.contains(reason) || reason == "not YAML" && line.contains("twice"), "\(line)")
    #expect(line.hasPrefix(folder.file("plan.yaml")) && !line.contains("\n"), "\(line)")
  }

  @Test func aPlanThatIsNotThereIsNamed() {
    #expect(throws: ConfigurationError.self) { try StudyPlanFile("nowhere.yaml").read() }
  }

  /// What `cluster/` has of the published protocol: its numbers, and the work that its costs are told by.
  @Test func theProtocolIsThePublishedOne() throws {
    let path = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let plan = try StudyPlanFile("/\(path)/cluster/protocol.yaml").read()
    #expect(plan.points.count == 36 && plan.comparison?.pairs.count == 3)
    func point(_ variant: String) throws -> StudyPoint {
      try #require(plan.points.first { $0["variant"] == variant })
    }
    var published = RunConfiguration()
    published.data.dataset = "BUSI"
    #expect(try point("switch").configuration.differences(from: published).isEmpty)
    #expect(plan.axes.map(\.values).dropFirst().first == ["0.05", "0.1", "0.2"])
    let plain = try point("supervised").configuration.augmentation
    let augmented = try point("supervised-augmented").configuration.augmentation
    #expect(!plain.strong && !plain.weak && augmented.strong && augmented.weak)
    // Passes of a step: 12 in pre-training, then three times as often 56, 32 and 24.
    let unit: Double = 10_000 * 256 * 256
    for (variant, passes) in [("switch", 180.0), ("bcp", 108), ("supervised", 72)] {
      #expect(try point(variant).work == passes * unit, "\(variant)")
    }
  }

  // MARK: Plans that change

  /// What is said of a plan in the place of the example's.
  private func change(_ old: String, _ new: String) throws -> String? {
    try folder.write(Self.example, to: "old.yaml")
    let place = StudyFolder(folder.file("study"))
    _ = try Study.open(plan: folder.file("old.yaml"), in: place)
    let text = Self.example.replacing(old, with: new)
    try #require(text != Self.example)
    try folder.write(text, to: "new.yaml")
    do {
      _ = try Study.open(plan: folder.file("new.yaml"), in: place)
      #expect(try folder.read("study/plan.yaml") == Array(text.utf8))
      return nil
    } catch {
      #expect(try folder.read("study/plan.yaml") == Array(Self.example.utf8))
      return "\(error)"
    }
  }

  @Test(arguments: [
    ("batch_size: 8", "batch_size: 16", "batch-size is 16, was 8"),
    ("set.h5", "other.h5", "dataset is other.h5, was set.h5"),
    ("batch-size: 12", "batch-size: 16", "batch-size is 16, was 12"),
    ("0.10, 0.5", "0.5", "labeled-ratio lacks 0.1"),
    ("[3, 1]", "[3, 2]", "seed lacks 1"),
    (
      "labeled-ratio: [0.10, 0.5]", "eval-every: [5]",
      "what varies is variant, eval-every, seed, was"
    ),
  ])
  func anotherPlanIsRefused(old: String, new: String, reason: String) throws {
    let line = try #require(try change(old, new))
    #expect(line.contains("is not the plan of the study in") && line.contains(reason), "\(line)")
    #expect(line.contains("--output") && !line.contains("\n"))
  }

  @Test(arguments: [
    ("[3, 1]", "[3, 1, 2]"), ("[0.10, 0.5]", "[0.5, 0.1, 0.2]"), ("An example", "Another title"),
    ("  plain:", "  more: {method: bcp}\n  plain:"),
    ("batch_size: 8", "batch_size: 8\n  threads: 2"),
  ])
  func aPlanMayGrow(old: String, new: String) throws { #expect(try change(old, new) == nil) }

  @Test func aFolderOfSomethingElseIsLeftAlone() throws {
    try folder.makeFolder("study")
    try folder.write("mine", to: "study/notes.txt")
    try folder.write(Self.example, to: "old.yaml")
    #expect(throws: (any Error).self) {
      try Study.open(plan: folder.file("old.yaml"), in: StudyFolder(folder.file("study")))
    }
    #expect(!folder.exists("study/plan.yaml"))
  }

  /// Each run's file of options gives its configuration, also with the defaults of another version.
  @Test func theOptionsOfARunAreAllThere() throws {
    try folder.write(Self.example, to: "old.yaml")
    let study = try Study.open(
      plan: folder.file("old.yaml"), in: StudyFolder(folder.file("study")))
    for point in study.points {
      let read = try RunConfiguration(options: OptionFile(study.folder.options(point)).read())
      #expect(read.differences(from: point.configuration).isEmpty)
      #expect(read.data.dataset == "set.h5")
    }
  }
}
