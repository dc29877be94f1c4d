import Imaging

/// Distances in pixels between the edges of two masks, following MONAI: edges by erosion, exact
/// Euclidean distances.
struct SurfaceDistances {
  /// From each edge pixel of the prediction to the nearest of the label, squared; nil where the
  /// label is empty.
  let fromPrediction: [Int]?
  /// The other way round; nil where the prediction is empty.
  let fromLabel: [Int]?

  init(prediction: [UInt8], label: [UInt8], width: Int, height: Int) {
    let predictionEdges = edges(of: prediction, width: width, height: height)
    let labelEdges = edges(of: label, width: width, height: height)
    func distances(from source: [UInt8], to target: [UInt8]) -> [Int]? {
      guard
        let map = DistanceTransform.squaredDistances(
          toForegroundOf: target, width: width, height: height)
      else { return nil }
      return zip(source, map).compactMap { $0 == 0 ? nil : $1 }
    }
    fromPrediction = distances(from: predictionEdges, to: labelEdges)
    fromLabel = distances(from: labelEdges, to: predictionEdges)
  }

  /// The larger of the two directions' 95th percentiles; NaN where a mask is empty.
  var hausdorff95: Double {
    guard let fromPrediction, let fromLabel, !fromPrediction.isEmpty, !fromLabel.isEmpty else {
      return .nan
    }
    return max(
      Self.percentile(0.95, of: fromPrediction), Self.percentile(0.95, of: fromLabel))
  }

  /// The mean from the prediction's edge to the label's; infinite where one of the masks is
  /// empty, NaN where both are.
  var average: Double {
    switch (fromPrediction, fromLabel) {
    case (nil, nil): .nan
    case (let distances?, _?):
      distances.reduce(0) { $0 + Double($1).squareRoot() } / Double(distances.count)
    default: .infinity
    }
  }

  /// The share of both edges' pixels that lie no further than the tolerance, in pixels, from the other edge; nil
  /// where both masks are empty, 0 where one is.
  ///
  /// Source: Nikolov et al., J. Med. Internet Res. 23(7), 2021, with every pixel of an edge counting the same,
  /// as in MONAI's `compute_surface_dice` without subvoxels.
  func normalizedDice(tolerance: Double) -> Double? {
    switch (fromPrediction, fromLabel) {
    case (nil, nil): return nil
    case (let there?, let back?):
      let near = [there, back].joined().count { Double($0).squareRoot() <= tolerance }
      return Double(near) / Double(there.count + back.count)
    default: return 0
    }
  }

  /// Linear between the neighbouring ranks, as `torch.quantile`.
  private static func percentile(_ fraction: Double, of squared: [Int]) -> Double {
    let sorted = squared.sorted()
    let rank = fraction * Double(sorted.count - 1)
    let lower = Int(rank)
    let upper = min(lower + 1, sorted.count - 1)
    let below = Double(sorted[lower]).squareRoot()
    let above = Double(sorted[upper]).squareRoot()
    return below + (rank - Double(lower)) * (above - below)
  }
}
