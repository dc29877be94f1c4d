import Files
import Metrics
import Runs
import Settings

/// `prediction.json`: how masks were made, where it was not by one model and a threshold of one half.
struct PredictionRecord: Codable {
  var weights: [EnsembleMember]
  var model: ModelRole
  var flips: Bool
  var threshold: Double
  /// Where the threshold was chosen on validation images.
  var thresholdChoice: ThresholdChoice?
  /// Whose validation images these are.
  var dataset: String?
  var sourceDigest: String?
  var imageSize: Int
  var precision: String
  var largestComponent: Bool
  var toolVersion: String

  static func path(in output: String) -> String { "\(output)/prediction.json" }

  func write(to output: String) throws {
    let text = try JSON.text(of: self, isPretty: true, usesSnakeCase: true)
    try FileSystem.replace(Self.path(in: output), with: text + "\n")
  }
}
