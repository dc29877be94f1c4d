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
  let table: ScoreTable
  let result: TestResult

  init(
    request: TestRequest, role: ModelRole, context: InferenceContext, dataset: Dataset,
    cases: [Evaluator.Case]
  ) {
    self.request = request
    self.role = role
    self.context = context
    self.dataset = dataset
    table = ScoreTable(cases, of: dataset)
    let size = dataset.imageSize
    result = TestResult(
      summary: ScoreSummary(cases.map(\.score), width: size, height: size),
      subject: "\(role.rawValue) on the \(request.split.rawValue) list of \(dataset.name),")
  }

  /// One object: what was tested, conventions, summary, images.
  func json() throws -> String {
    let configuration = context.configuration
    let content = Content(
      weights: context.weights, weightsDigest: try ContentDigest.ofFile(context.weights),
      model: role,
      dataset: dataset.name, sourceDigest: dataset.sourceDigest,
      trainedOnThisData: context.sourceDigest.isEmpty
        ? nil : context.sourceDigest == dataset.sourceDigest,
      split: request.split, imageSize: dataset.imageSize,
      precision: configuration.precision.rawValue,
      largestComponent: request.inference.keepsLargestComponent, toolVersion: toolVersion,
      conventions: ScoreConventions.texts, summary: result.summary, images: table.rows)
    return try JSON.text(of: content, isPretty: true, usesSnakeCase: true) + "\n"
  }

  private struct Content: Encodable {
    var weights: String
    var weightsDigest: String
    var model: ModelRole
    var dataset: String
    var sourceDigest: String
    /// Nil where the weights do not say.
    var trainedOnThisData: Bool?
    var split: TestSplit
    var imageSize: Int
    var precision: String
    var largestComponent: Bool
    var toolVersion: String
    var conventions: [String: String]
    var summary: ScoreSummary
    var images: [ScoreTable.Row]
  }
}
