/// An image of a folder without lists, with what belongs to it.
struct FoundCase: Equatable, Sendable {
  /// The name that it gets in the data set.
  var name: String
  var files: CaseFiles
  /// Its class, such as benign; empty where the layout has none.
  var className = ""
  var home = Home.anywhere

  /// Which lists the layout leaves open to it.
  enum Home: CaseIterable, Equatable, Sendable {
    case anywhere
    case trainOrValidation
    case train
    case validation
    case test

    /// Shares of train, val and test.
    func shares(of plan: SplitShares) -> [Int] {
      switch self {
      case .anywhere: [plan.train, plan.validation, plan.test]
      case .trainOrValidation: [plan.train, plan.validation, 0]
      case .train: [100, 0, 0]
      case .validation: [0, 100, 0]
      case .test: [0, 0, 100]
      }
    }

    /// What to add to the shares in words; nil where there is nothing to divide.
    var words: String? {
      switch self {
      case .anywhere: ""
      case .trainOrValidation: ", the test images as distributed"
      case .train, .validation, .test: nil
      }
    }
  }

  var isLabeled: Bool { !files.masks.isEmpty }

  /// In the order of the names' bytes.
  static func isBefore(_ one: FoundCase, _ other: FoundCase) -> Bool {
    one.name.utf8.lexicographicallyPrecedes(other.name.utf8)
  }
}
