import Datasets
internal import FoundationEssentials
import Metrics

/// All that a test of one model found.
struct TestReport {
  let request: TestRequest
  let role: ModelRole
  let context: InferenceContext
  let dataset: Dataset
  let table: TestTable
  let result: TestResult

  init(
    request: TestRequest, role: ModelRole, context: InferenceContext, dataset: Dataset,
    cases: [Evaluator.Case]
  ) {
    self.request = request
    self.role = role
    self.context = context
    self.dataset = dataset
    table = TestTable(cases, of: dataset)
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
      conventions: ScoreConventions.texts, summary: Summary(result.summary), images: table.rows)
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return String(decoding: try encoder.encode(content), as: UTF8.self) + "\n"
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
    var summary: Summary
    var images: [TestTable.Row]
  }

  /// By the names of the table's columns.
  private struct Summary: Encodable {
    var images: Int
    var dice: ScoreSummary.Statistic
    var iou: ScoreSummary.Statistic
    var hd95: ScoreSummary.Statistic
    var asd: ScoreSummary.Statistic

    init(_ summary: ScoreSummary) {
      images = summary.imageCount
      dice = summary.dice
      iou = summary.intersectionOverUnion
      hd95 = summary.hausdorff95
      asd = summary.averageSurfaceDistance
    }
  }
}
