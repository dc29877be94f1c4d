/// One thing that a check found in a data set.
public struct Finding: Codable, Equatable, Sendable {
  public enum Severity: String, Codable, Sendable {
    /// Training would fail, or learn nothing.
    case error
    /// Training works, but its result may not mean what it seems to.
    case warning
    /// Good to know.
    case note
  }

  public var severity: Severity
  public var kind: Kind
  /// One sentence, with counts and first names.
  public var text: String
  /// What to do; empty where nothing is to be done.
  public var remedy: String
  /// Names of all images, files or groups that it is about, in the order of the lists.
  public var names: [String]
  /// Images that belong together, such as duplicates, by their names; empty for other kinds.
  public var groups: [[String]]

  public init(
    _ severity: Severity, _ kind: Kind, _ text: String, remedy: String = "", names: [String] = [],
    groups: [[String]] = []
  ) {
    self.severity = severity
    self.kind = kind
    self.text = text
    self.remedy = remedy
    self.names = names
    self.groups = groups
  }

  /// Sentence and remedy on one line.
  public var line: String { remedy.isEmpty ? text : "\(text); \(remedy)" }
}

extension Finding.Severity: Comparable, CaseIterable {
  /// Errors come first.
  public static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }

  private var rank: Int {
    switch self {
    case .error: 0
    case .warning: 1
    case .note: 2
    }
  }
}

extension Finding {
  /// What was found, by names that stay as they are. Findings of one severity are listed in this order.
  public enum Kind: String, Codable, CaseIterable, Sendable {
    case cannotOpen = "cannot-open"
    case unreadableFiles = "unreadable-files"
    case maskSize = "mask-size"
    case missingMasks = "missing-masks"
    case masksWithoutLesions = "masks-without-lesions"
    case labeledPartWithoutLesions = "labeled-part-without-lesions"
    case masksLookInverted = "masks-look-inverted"
    case fullMasks = "full-masks"
    case emptyMasks = "empty-masks"
    case labeledPartIsUnlike = "labeled-part-is-unlike"
    case sharedNames = "shared-names"
    case identicalAcrossLists = "identical-across-lists"
    case similarAcrossLists = "similar-across-lists"
    case sharedGroups = "shared-groups"
    case identicalWithOtherMasks = "identical-with-other-masks"
    case identicalImages = "identical-images"
    case similarImages = "similar-images"
    case constantImages = "constant-images"
    case darkImages = "dark-images"
    case saturatedImages = "saturated-images"
    case namesWithoutGroup = "names-without-group"
    case namesLookAlike = "names-look-alike"
    case decoding
    case noLabeledPart = "no-labeled-part"
    case unlistedFiles = "unlisted-files"
    case hiddenFiles = "hidden-files"
  }
}
