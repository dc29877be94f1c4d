import Metrics
import TestSupport
import Testing

/// MONAI's own values: 1e-5, NaN and infinity in the same places.
@Suite struct MetricsGoldenTests {
  static func agree(_ ours: Double, _ golden: Double) -> Bool {
    if golden.isNaN { return ours.isNaN }
    if golden.isInfinite { return ours == golden }
    return abs(ours - golden) <= 1e-5 * max(1, abs(golden))
  }

  @Test func everyPair() throws {
    let golden = try Golden("metrics.h5")
    let (shape, predictions) = try golden.bytes("prediction")
    let labels = try golden.bytes("label").values
    let expected = try ["dice", "iou", "hd95", "asd"].map { try golden.doubles($0).values }
    let (height, width) = (shape[2], shape[3])
    for number in 0..<shape[0] {
      let range = number * width * height..<(number + 1) * width * height
      let prediction = Array(predictions[range])
      let label = Array(labels[range])
      let ours = [
        MaskMetrics.dice(prediction: prediction, label: label),
        MaskMetrics.intersectionOverUnion(prediction: prediction, label: label),
        MaskMetrics.hausdorff95(
          prediction: prediction, label: label, width: width, height: height),
        MaskMetrics.averageSurfaceDistance(
          prediction: prediction, label: label, width: width, height: height),
      ]
      for (value, values) in zip(ours, expected) {
        #expect(Self.agree(value, values[number]), "pair \(number): \(value), \(values[number])")
      }
      let score = SegmentationScore(
        prediction: prediction, label: label, width: width, height: height)
      #expect(score.dice == ours[0] && score.intersectionOverUnion == ours[1])
      #expect(score.hausdorff95 == (ours[2].isFinite ? ours[2] : nil))
      #expect(score.averageSurfaceDistance == (ours[3].isFinite ? ours[3] : nil))
    }
  }
}
