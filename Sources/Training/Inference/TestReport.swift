import Datasets
import Files
import Metrics
import Runs
import Settings

/// All that a test of one model found.
package struct TestReport {
  let request: TestRequest
  let role: ModelRole
  let context: InferenceContext
  package let dataset: Dataset
  let threshold: ThresholdSearch.Outcome
  let pixels: PixelwiseScore
  let table: ScoreTable
  let result: TestResult

  init(
    request: TestRequest, role: ModelRole, context: InferenceContext, dataset: Dataset,
    threshold: ThresholdSearch.Outcome, found: Evaluator.Outcome
  ) {
    self.request = request
    self.role = role
    self.context = context
    self.dataset = dataset
    self.threshold = threshold
    pixels = found.pixels
    table = ScoreTable(found.cases, of: dataset)
    let size = dataset.imageSize
    result = TestResult(
      summary: ScoreSummary(found.cases.map(\.score), width: size, height: size),
      pixels: found.pixels,
      subject:
        "\(Self.subject(role, context)) on the \(request.split.rawValue) list of \(dataset.name),")
  }

  /// The model, or what is averaged.
  private static func subject(_ role: ModelRole, _ context: InferenceContext) -> String {
    let count = context.weights.count
    let models = count > 1 ? "ensemble of \(count) \(role.rawValue)s" : role.rawValue
    return context.options.addsMirrorImages ? "\(models) with mirror images" : models
  }

  /// What to print: how the threshold was chosen, and the table.
  var lines: [String] { (threshold.choice.map { [$0.text] } ?? []) + result.table() }

  /// One object: what was tested, conventions, summary, images.
  func json() throws -> String {
    let configuration = context.configuration
    let members = try EnsembleMember.all(context.weights)
    let isSingle = members.count == 1
    let digests = context.sourceDigests
    let content = Content(
      weights: isSingle ? members[0].file : nil,
      weightsDigest: isSingle ? members[0].digest : nil,
      ensemble: isSingle ? nil : members, flips: context.options.addsMirrorImages,
      model: role,
      dataset: dataset.name, sourceDigest: dataset.sourceDigest,
      trainedOnThisData: digests.contains("")
        ? nil : digests.allSatisfy { $0 == dataset.sourceDigest },
      split: request.split, imageSize: dataset.imageSize,
      precision: configuration.precision.rawValue,
      largestComponent: request.inference.keepsLargestComponent,
      threshold: threshold.threshold.value, thresholdChoice: threshold.choice,
      nsdTolerance: request.surfaceTolerance, toolVersion: toolVersion,
      conventions: ScoreConventions.texts, summary: result.summary, pixels: pixels,
      images: table.rows)
    return try JSON.text(of: content, isPretty: true, usesSnakeCase: true) + "\n"
  }

  private struct Content: Encodable {
    /// Of a single model, as is its digest.
    var weights: String?
    var weightsDigest: String?
    /// Of several, in the order in which they are averaged.
    var ensemble: [EnsembleMember]?
    var flips: Bool
    var model: ModelRole
    var dataset: String
    var sourceDigest: String
    /// Nil where the weights do not say.
    var trainedOnThisData: Bool?
    var split: TestSplit
    var imageSize: Int
    var precision: String
    var largestComponent: Bool
    var threshold: Double
    /// Where the threshold was chosen on validation images.
    var thresholdChoice: ThresholdChoice?
    var nsdTolerance: Double
    var toolVersion: String
    var conventions: [String: String]
    var summary: ScoreSummary
    var pixels: PixelwiseScore
    var images: [ScoreTable.Row]
  }
}
