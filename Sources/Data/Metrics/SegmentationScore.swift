/// How well a predicted mask agrees with the label.
public struct SegmentationScore: Codable, Equatable, Sendable {
  /// What is undefined has none, and what a table does not tell.
  private var values: [ScoreField: Double]

  public init(_ values: [ScoreField: Double]) { self.values = values }

  /// - Parameters:
  ///   - prediction: [height, width], not zero in the foreground
  ///   - label: the same
  ///   - tolerance: of the normalized surface Dice, in pixels
  public init(
    prediction: [UInt8], label: [UInt8], width: Int, height: Int,
    tolerance: Double = SurfaceTolerance.usual
  ) {
    let overlap = Overlap(prediction: prediction, label: label)
    let surfaces = SurfaceDistances(
      prediction: prediction, label: label, width: width, height: height)
    let lesions = LesionDetection(
      prediction: prediction, label: label, width: width, height: height)
    values = [
      .dice: overlap.dice, .iou: overlap.intersectionOverUnion,
      .lesions: Double(lesions.lesions), .foundLesions: Double(lesions.found),
      .falseLesions: Double(lesions.falsePositives),
    ]
    if surfaces.hausdorff95.isFinite { values[.hd95] = surfaces.hausdorff95 }
    if surfaces.average.isFinite { values[.asd] = surfaces.average }
    values[.nsd] = surfaces.normalizedDice(tolerance: tolerance)
    values[.sensitivity] = overlap.sensitivity
    values[.precision] = overlap.precision
    values[.specificity] = overlap.specificity
  }

  /// Nil where undefined.
  public subscript(_ field: ScoreField) -> Double? { values[field] }

  /// 2|P ∩ L| / (|P| + |L|), 0 where both are empty.
  public var dice: Double { values[.dice] ?? 0 }
  /// |P ∩ L| / |P ∪ L|, 0 where both are empty.
  public var intersectionOverUnion: Double { values[.iou] ?? 0 }
  /// 95 % Hausdorff distance in pixels, symmetric; nil where a mask is empty.
  public var hausdorff95: Double? { values[.hd95] }
  /// Average surface distance in pixels from the prediction to the label; nil where a mask is empty.
  public var averageSurfaceDistance: Double? { values[.asd] }
  /// The share of the label's lesions that were found; nil where it has none.
  public var lesionSensitivity: Double? {
    guard let lesions = values[.lesions], let found = values[.foundLesions], lesions > 0 else {
      return nil
    }
    return found / lesions
  }
}
