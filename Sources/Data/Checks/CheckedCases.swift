import Datasets
import Files

/// What is known of a data set after all its cases were looked at.
struct CheckedCases {
  let source: DatasetSource
  let options: CheckOptions
  /// Of each case; nil where it cannot be used.
  let facts: [CheckedCase?]
  let failures: [(position: Int, error: FileError)]
  /// Which of the three lists each case is in, by their numbers in `lists`.
  let listsOfCase: [[Int]]

  init(_ source: DatasetSource, _ options: CheckOptions, _ collector: CheckCollector) {
    self.source = source
    self.options = options
    facts = collector.collected
    failures = collector.sortedFailures
    var listsOfCase: [[Int]] = Array(repeating: [], count: source.count)
    for (number, list) in source.splits.titled.enumerated() {
      for position in list.positions { listsOfCase[position].append(number) }
    }
    self.listsOfCase = listsOfCase
  }

  var lists: [(title: String, positions: [Int])] { source.splits.titled }

  /// The train list's first images; nil where nobody says how many.
  var labeledPart: [Int]? {
    options.labeledRatio.map { ratio in
      let train = source.splits.train
      return Array(train.prefix(TwoStreamSampler.labeledCount(ratio: ratio, of: train.count)))
    }
  }

  /// Masks of these images, where they have some that can be used.
  func masks(of positions: [Int]) -> MaskGroup {
    MaskGroup(
      positions.compactMap { position in
        facts[position]?.lesionShare.map { (source.names[position], $0) }
      })
  }

  func names(_ positions: some Sequence<Int>) -> [String] { positions.map { source.names[$0] } }

  /// `a.png (train)`.
  func placed(_ position: Int) -> String {
    let titles = listsOfCase[position].map { lists[$0].title }.joined(separator: " and ")
    return "\(source.names[position]) (\(titles))"
  }
}

/// The first name and how many there are: "3 images (first: a.png)"; "a.png" where it is one.
func counted(_ names: [String], _ kind: String) -> String {
  names.count == 1
    ? "one \(kind) (\(names[0]))" : "\(names.count) \(kind)s (first: \(names.first ?? ""))"
}
