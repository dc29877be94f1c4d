import Metrics
import TestSupport
import Testing

/// What MONAI, scikit-learn and PI-CAI's evaluation say of made-up masks and probabilities; `measures.py` beside
/// the golden file makes it.
@Suite struct MeasuresGoldenTests {
  private let golden: Golden

  init() throws { golden = try Golden("measures.h5") }

  private static func agree(_ ours: Double?, _ golden: Double) -> Bool {
    guard let ours else { return golden.isNaN }
    return abs(ours - golden) <= 1e-6
  }

  @Test func masks() throws {
    let (shape, predictions) = try golden.bytes("masks/prediction")
    let labels = try golden.bytes("masks/label").values
    let tolerances = try golden.doubles("masks/tolerance").values
    let surface = try golden.doubles("masks/nsd").values
    let others: [ScoreField] = [
      .sensitivity, .precision, .specificity, .lesions, .foundLesions, .falseLesions,
    ]
    let expected = try others.map { try golden.doubles("masks/\($0.key)").values }
    let pixels = shape[1] * shape[2]
    try #require(shape[0] > 40)
    for pair in 0..<shape[0] {
      let range = (pair * pixels)..<((pair + 1) * pixels)
      func score(_ tolerance: Double) -> SegmentationScore {
        SegmentationScore(
          prediction: Array(predictions[range]), label: Array(labels[range]), width: shape[2],
          height: shape[1], tolerance: tolerance)
      }
      for (index, tolerance) in tolerances.enumerated() {
        let (ours, theirs) = (score(tolerance)[.nsd], surface[pair * tolerances.count + index])
        #expect(Self.agree(ours, theirs), "pair \(pair), tolerance \(tolerance): \(theirs)")
      }
      let usual = score(SurfaceTolerance.usual)
      for (field, values) in zip(others, expected) {
        #expect(
          Self.agree(usual[field], values[pair]), "pair \(pair), \(field.key): \(values[pair])")
      }
    }
  }

  @Test func probabilities() throws {
    let names = try golden.children("probabilities")
    try #require(names.count == 9)
    for name in names {
      let path = "probabilities/\(name)"
      var histogram = ProbabilityHistogram()
      histogram.add(
        levels: try golden.integers("\(path)/levels").values.map { UInt16($0) },
        label: try golden.bytes("\(path)/label").values)
      let score = PixelwiseScore(histogram)
      for (key, ours) in score.named {
        let theirs = try golden.doubles("\(path)/\(key)").values[0]
        // MONAI sums the probabilities of a bin in single precision.
        let tolerance = key == "calibration_error" ? 5e-5 : 1e-9
        let isClose = ours.map { abs($0 - theirs) <= tolerance } ?? theirs.isNaN
        #expect(isClose, "\(name), \(key): \(ours ?? .nan), \(theirs)")
      }
      #expect(
        score.calibration.map { Double($0.pixels) }
          == (try golden.doubles("\(path)/bin_count").values), "\(name)")
    }
  }
}
