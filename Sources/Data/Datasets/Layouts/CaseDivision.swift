import Files
import RandomNumbers

/// Divides the images of a folder into train, val and test: a function of their names, classes and groups, of
/// the shares and the seed.
///
/// Each class is divided alike, and a group is never divided. The train list begins with labeled images in
/// random order, in which every beginning has of each class its share; unlabeled ones follow.
struct CaseDivision {
  /// The three lists, in their order.
  private(set) var lists: [[FoundCase]] = [[], [], []]
  private(set) var notes: [String] = []
  private let plan: SplitPlan
  private let path: String

  /// Images of one group, or a single one.
  private struct Unit {
    var group: FileName
    var cases: [FoundCase]

    /// That of most of its images.
    var className: FileName {
      let names = cases.map { FileName($0.className) }
      let counts = Set(names).map { name in (name: name, count: names.count { $0 == name }) }
      return counts.max { ($0.count, $1.name) < ($1.count, $0.name) }?.name ?? FileName("")
    }
  }

  /// - Parameter path: of the folder, for errors.
  /// - Throws: `FileError` where a group would lie in two lists or a list would be empty.
  init(_ found: FoundCases, _ plan: SplitPlan, path: String) throws(FileError) {
    self.plan = plan
    self.path = path
    notes = found.notes
    let cases = found.cases.sorted(by: FoundCase.isBefore)
    let groups = try plan.grouping?.groups(of: cases.map(\.name)) ?? cases.map(\.name)
    let grouped = zip(cases, groups.map(FileName.init(_:)))
    var units: [FileName: Unit] = [:]
    for (one, group) in grouped where one.isLabeled {
      units[group, default: Unit(group: group, cases: [])].cases.append(one)
    }
    guard !units.isEmpty else {
      throw FileError(
        path,
        "none of its \(cases.count) images has a mask of its name (NAME.png, NAME_mask.png,"
          + " NAME_segmentation.png), and training needs some that have")
    }
    try divide(units.values.sorted { $0.group < $1.group })
    addUnlabeled(grouped.filter { !$0.0.isLabeled })
    if plan.grouping != nil {
      notes.append("\(units.count) groups by '\(plan.grouping, default: "")'")
    }
  }

  // MARK: Dividing

  private var places: [FileName: Int] = [:]

  private mutating func divide(_ units: [Unit]) throws(FileError) {
    let shares = plan.shares ?? .usual
    for home in FoundCase.Home.allCases {
      let some = units.compactMap { unit -> Unit? in
        let cases = unit.cases.filter { $0.home == home }
        return cases.isEmpty ? nil : Unit(group: unit.group, cases: cases)
      }
      guard !some.isEmpty else { continue }
      try distribute(some, home.shares(of: shares))
      if let words = home.words { notes.append("divided \(shares) with seed \(plan.seed)\(words)") }
    }
    for index in [1, 2] { lists[index].sort(by: FoundCase.isBefore) }
    lists[0] = ordered(lists[0])
  }

  /// Gives each class's groups, in random order, to the list that lacks most of its share.
  private mutating func distribute(_ units: [Unit], _ shares: [Int]) throws(FileError) {
    let open = (0..<3).filter { shares[$0] > 0 }
    guard !open.isEmpty else {
      throw FileError(
        path, "--split \(plan.shares, default: "") leaves no list to its images for training")
    }
    let whole = shares.reduce(0, +)
    let classes = Dictionary(grouping: units, by: \.className).sorted { $0.key < $1.key }
    for (index, (_, units)) in classes.enumerated() {
      let total = units.reduce(0) { $0 + $1.cases.count }
      var given = [0, 0, 0]
      for place in permutation(of: units.count, .groups, index) {
        let unit = units[place]
        let lacks = (0..<3).map { shares[$0] * total - given[$0] * whole }
        let list = open.max { lacks[$0] < lacks[$1] } ?? 0
        given[list] += unit.cases.count
        try put(unit, into: list)
      }
    }
    for list in open where lists[list].isEmpty {
      throw FileError(
        path,
        "its \(units.count) labeled \(plan.grouping == nil ? "images" : "groups") are too few:"
          + " \(shares[list]) % of them leave none for \(Dataset.Splits.titles[list]); give --split"
          + " more for it, or 0")
    }
  }

  private mutating func put(_ unit: Unit, into list: Int) throws(FileError) {
    if let other = places.updateValue(list, forKey: unit.group), other != list {
      let titles = [other, list].sorted().map { Dataset.Splits.titles[$0] }
      throw FileError(
        path,
        "the group '\(unit.group.shown)' lies in \(titles[0]) and in \(titles[1]), as the set is"
          + " distributed; leave --group-by out, or put the images into one folder")
    }
    lists[list] += unit.cases
  }

  // MARK: Orders

  /// Shuffles each class and merges them, so that every beginning has of each its share.
  private func ordered(_ cases: [FoundCase]) -> [FoundCase] {
    let classes = Dictionary(grouping: cases) { FileName($0.className) }.sorted { $0.key < $1.key }
    var placed: [(place: Int, count: Int, rank: Int, one: FoundCase)] = []
    for (rank, (_, cases)) in classes.enumerated() {
      let cases = cases.sorted(by: FoundCase.isBefore)
      for (index, position) in permutation(of: cases.count, .train, rank).enumerated() {
        placed.append((2 * index + 1, cases.count, rank, cases[position]))
      }
    }
    return placed.sorted {
      let (left, right) = ($0.place * $1.count, $1.place * $0.count)
      return (left, $0.rank) < (right, $1.rank)
    }.map(\.one)
  }

  /// Unlabeled images are for training; those of a group in val or test are for nothing.
  private mutating func addUnlabeled(_ cases: [(FoundCase, FileName)]) {
    let fit = cases.filter { one, group in
      one.home != .validation && one.home != .test && (places[group] ?? 0) == 0
    }
    let order = permutation(of: fit.count, .unlabeled)
    lists[0] += order.map { fit[$0].0 }
    if let first = fit.first {
      notes.append(
        "\(fit.count) images have no mask (first: \(first.0.name)): they are unlabeled, at the end of"
          + " the train list")
    }
    let rest = cases.count - fit.count
    if rest > 0 {
      notes.append("\(rest) images without masks belong to val or test and were left out")
    }
  }

  /// What is put into random order; each has numbers of its own.
  private enum Order: Int {
    case groups
    case train
    case unlabeled
  }

  private func permutation(of count: Int, _ order: Order, _ index: Int = 0) -> [Int] {
    var stream = RandomStream(
      seed: plan.seed, purpose: .division, iteration: index, slot: order.rawValue)
    return stream.permutation(count)
  }
}
