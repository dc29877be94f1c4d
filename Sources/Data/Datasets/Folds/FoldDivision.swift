import Files
import RandomNumbers

/// Divides the images of a data set into folds: a function of names, classes, groups, the number of folds and the
/// seed, not of the data set's lists.
///
/// No group is divided. Each class is spread alike: the largest group first, always to the fold that has fewest
/// images of the class, then fewest of all. So two folds differ, in each class, by no more images than its largest
/// group has; without groups by one, and in all by one.
public struct FoldDivision {
  public let table: FoldTable

  private struct Unit {
    var group: FileName
    var className: FileName
    var positions: [Int]
  }

  /// - Parameters:
  ///   - count: number of folds.
  ///   - groups: of each image of the data set; nil where each is its own.
  /// - Throws: `FileError` where there are fewer groups with masks than folds.
  public init(
    of source: DatasetSource, into count: Int, groups: [String]?, seed: UInt64
  ) throws(FileError) {
    let names = source.names
    let order = names.indices.sorted { FileName(names[$0]) < FileName(names[$1]) }
    func group(_ position: Int) -> String { groups?[position] ?? names[position] }
    func className(_ position: Int) -> FileName {
      FileName(source.classes.isEmpty ? "" : source.classes[position])
    }
    let labeled = order.filter { source.hasLabel[$0] }
    let units = Dictionary(grouping: labeled) { FileName(group($0)) }.map { group, positions in
      Unit(
        group: group, className: Self.mostOf(positions.map(className)), positions: positions)
    }
    guard units.count >= count else {
      throw FileError(
        source.path,
        "its \(units.count) \(groups == nil ? "images" : "groups") with masks are too few for "
          + "\(count) folds")
    }
    let folds = Self.distribute(units, into: count, seed: seed)
    var rows = Self.mixed(labeled, className, seed).map { position in
      FoldTable.Row(
        name: names[position], group: group(position), fold: folds[FileName(group(position))])
    }
    let others = order.filter { !source.hasLabel[$0] }
    for index in Self.permutation(of: others.count, .unlabeled, 0, seed) {
      let position = others[index]
      rows.append(
        FoldTable.Row(
          name: names[position], group: group(position), fold: folds[FileName(group(position))]))
    }
    table = FoldTable(rows, count: count)
  }

  /// The most frequent, of several the first by its bytes.
  private static func mostOf(_ names: [FileName]) -> FileName {
    let counts = Dictionary(grouping: names) { $0 }.mapValues(\.count)
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? FileName("")
  }

  private static func distribute(
    _ units: [Unit], into count: Int, seed: UInt64
  ) -> [FileName: Int] {
    var folds: [FileName: Int] = [:]
    var all = [Int](repeating: 0, count: count)
    let classes = Dictionary(grouping: units, by: \.className).sorted { $0.key < $1.key }
    for (index, (_, members)) in classes.enumerated() {
      let sorted = members.sorted { $0.group < $1.group }
      let shuffled = permutation(of: sorted.count, .groups, index, seed).map { sorted[$0] }
      // Of one size they stay in random order.
      let ordered = shuffled.enumerated().sorted {
        ($1.element.positions.count, $0.offset) < ($0.element.positions.count, $1.offset)
      }
      var own = [Int](repeating: 0, count: count)
      for (_, unit) in ordered {
        let fold = (0..<count).min { (own[$0], all[$0], $0) < (own[$1], all[$1], $1) } ?? 0
        own[fold] += unit.positions.count
        all[fold] += unit.positions.count
        folds[unit.group] = fold + 1
      }
    }
    return folds
  }

  /// In random order, in which every beginning has of each class about its share.
  private static func mixed(
    _ positions: [Int], _ className: (Int) -> FileName, _ seed: UInt64
  ) -> [Int] {
    var placed: [(place: Int, count: Int, rank: Int, position: Int)] = []
    let classes = Dictionary(grouping: positions, by: className).sorted { $0.key < $1.key }
    for (rank, (_, members)) in classes.enumerated() {
      for (index, place) in permutation(of: members.count, .train, rank, seed).enumerated() {
        placed.append((2 * index + 1, members.count, rank, members[place]))
      }
    }
    return placed.sorted {
      ($0.place * $1.count, $0.rank) < ($1.place * $0.count, $1.rank)
    }.map(\.position)
  }

  /// What is put into random order; numbers below are those of lists.
  private enum Order: Int {
    case groups = 10
    case train
    case unlabeled
  }

  private static func permutation(
    of count: Int, _ order: Order, _ index: Int, _ seed: UInt64
  ) -> [Int] {
    var stream = RandomStream(
      seed: seed, purpose: .division, iteration: index, slot: order.rawValue)
    return stream.permutation(count)
  }
}
