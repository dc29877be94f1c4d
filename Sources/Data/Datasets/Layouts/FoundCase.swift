/// An image of a folder without lists, with what belongs to it.
struct FoundCase: Equatable, Sendable {
  /// The name that it gets in the data set.
  var name: String
  var files: CaseFiles
  /// Its class, such as benign; empty where the layout has none.
  var className = ""
  var home = Home.anywhere

  /// Which lists the layout leaves open to it.
  enum Home: Equatable, Sendable {
    case anywhere
    case trainOrValidation
    case train
    case validation
    case test
  }

  var isLabeled: Bool { !files.masks.isEmpty }
}
