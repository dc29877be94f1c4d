import Files
import Runs

/// A file of weights whose probabilities are averaged with those of others, as records name it.
struct EnsembleMember: Codable {
  var file: String
  /// As `inspect` shows it.
  var digest: String

  static func all(_ paths: [String]) throws -> [EnsembleMember] {
    try paths.map { EnsembleMember(file: $0, digest: try WeightsFile($0).digest()) }
  }
}
