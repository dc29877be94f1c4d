import Files
import Imaging

/// The images of a folder without lists.
struct FoundCases: Sendable {
  var cases: [FoundCase] = []
  /// What a user should know, one sentence each.
  var notes: [String] = []

  mutating func append(_ other: FoundCases) {
    cases += other.cases
    notes += other.notes
  }

  /// Puts a word before every name, as images that come from several folders need.
  func named(after folder: String) -> FoundCases {
    var result = self
    for index in cases.indices { result.cases[index].name = "\(folder)_\(cases[index].name)" }
    return result
  }

  func with(home: FoundCase.Home) -> FoundCases {
    var result = self
    for index in cases.indices { result.cases[index].home = home }
    return result
  }

  func with(className: String) -> FoundCases {
    var result = self
    for index in cases.indices { result.cases[index].className = className }
    return result
  }

  /// The images of several folders, whose names are put before theirs where two would have one stem.
  static func united(_ parts: [(folder: String, found: FoundCases)]) -> FoundCases {
    let stems = parts.flatMap { $0.found.cases.map { ImageFile.stem($0.name) } }
    let areDistinct = Set(stems).count == stems.count
    var result = FoundCases()
    for (folder, found) in parts {
      result.append(areDistinct ? found : found.named(after: folder))
    }
    return result
  }
}
