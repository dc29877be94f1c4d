/// How well a predicted mask agrees with the label.
public struct SegmentationScore: Codable, Equatable, Sendable {
  /// 2|P ∩ L| / (|P| + |L|), 0 where both are empty.
  public var dice: Double
  /// |P ∩ L| / |P ∪ L|, 0 where both are empty.
  public var intersectionOverUnion: Double
  /// 95 % Hausdorff distance in pixels, symmetric; nil where a mask is empty.
  public var hausdorff95: Double?
  /// Average surface distance in pixels from the prediction to the label; nil where a mask is empty.
  public var averageSurfaceDistance: Double?

  /// - Parameter values: one for each of `Measure.all`; undefined distances are nil.
  public init(_ values: [Double?]) {
    precondition(values.count == Measure.all.count, "one value for each measure")
    self.init(
      dice: values[0] ?? 0, intersectionOverUnion: values[1] ?? 0, hausdorff95: values[2],
      averageSurfaceDistance: values[3])
  }

  public init(
    dice: Double, intersectionOverUnion: Double, hausdorff95: Double?,
    averageSurfaceDistance: Double?
  ) {
    self.dice = dice
    self.intersectionOverUnion = intersectionOverUnion
    self.hausdorff95 = hausdorff95
    self.averageSurfaceDistance = averageSurfaceDistance
  }

  /// - Parameters:
  ///   - prediction: [height, width], not zero in the foreground
  ///   - label: the same
  public init(prediction: [UInt8], label: [UInt8], width: Int, height: Int) {
    let overlap = Overlap(prediction: prediction, label: label)
    let surfaces = SurfaceDistances(
      prediction: prediction, label: label, width: width, height: height)
    self.init(
      dice: overlap.dice, intersectionOverUnion: overlap.intersectionOverUnion,
      hausdorff95: surfaces.hausdorff95.isFinite ? surfaces.hausdorff95 : nil,
      averageSurfaceDistance: surfaces.average.isFinite ? surfaces.average : nil)
  }
}
