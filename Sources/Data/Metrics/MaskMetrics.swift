/// Measures of a predicted mask [height, width] against its label, both not zero in the foreground.
public enum MaskMetrics {
  /// 2|P ∩ L| / (|P| + |L|); 0 where both are empty.
  public static func dice(prediction: [UInt8], label: [UInt8]) -> Double {
    Overlap(prediction: prediction, label: label).dice
  }

  /// |P ∩ L| / |P ∪ L|; 0 where both are empty.
  public static func intersectionOverUnion(prediction: [UInt8], label: [UInt8]) -> Double {
    Overlap(prediction: prediction, label: label).intersectionOverUnion
  }

  /// 95 % Hausdorff distance in pixels: the larger of both directions; NaN where a mask is empty.
  public static func hausdorff95(
    prediction: [UInt8], label: [UInt8], width: Int, height: Int
  ) -> Double {
    SurfaceDistances(prediction: prediction, label: label, width: width, height: height)
      .hausdorff95
  }

  /// Mean distance in pixels from the prediction's edge to the label's; infinite where one mask is
  /// empty, NaN where both are.
  public static func averageSurfaceDistance(
    prediction: [UInt8], label: [UInt8], width: Int, height: Int
  ) -> Double {
    SurfaceDistances(prediction: prediction, label: label, width: width, height: height).average
  }
}
