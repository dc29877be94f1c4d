/// One of the four measures of a mask: how tables, reports and files call it and show it.
public struct Measure: Sendable {
  public let name: String
  /// Of shown values.
  public let unit: String
  /// In files and on curves.
  public let key: String
  /// From stored to shown values.
  public let scale: Double
  /// Less is better, an empty mask leaves it undefined, and the image's diagonal stands for it in the
  /// penalized mean.
  public let isDistance: Bool
  /// What the number means, in words that go with tables.
  public let convention: String
  public let value: @Sendable (SegmentationScore) -> Double?

  public static let dice = Measure(
    name: "Dice", unit: "%", key: "dice", scale: 100, isDistance: false,
    convention: "2|P∩T| / (|P|+|T|); 0 where both masks are empty", value: \.dice)
  public static let intersectionOverUnion = Measure(
    name: "IoU", unit: "%", key: "iou", scale: 100, isDistance: false,
    convention: "|P∩T| / |P∪T|; 0 where both masks are empty", value: \.intersectionOverUnion)
  public static let hausdorff95 = Measure(
    name: "HD95", unit: "px", key: "hd95", scale: 1, isDistance: true,
    convention:
      "the larger of the two directions' 95th percentiles (linear between ranks) of the "
      + "distances from one mask's edge to the other's; undefined where a mask is empty",
    value: \.hausdorff95)
  public static let averageSurfaceDistance = Measure(
    name: "ASD", unit: "px", key: "asd", scale: 1, isDistance: true,
    convention:
      "mean distance from the prediction's edge to the truth's, one direction; undefined "
      + "where a mask is empty", value: \.averageSurfaceDistance)

  /// Over images of one size.
  public func statistic(
    _ scores: [SegmentationScore], width: Int, height: Int
  ) -> ScoreSummary.Statistic {
    let diagonal = Double(width * width + height * height).squareRoot()
    return ScoreSummary.Statistic(scores.map(value), penalty: isDistance ? diagonal : 0)
  }

  /// In the order of all tables.
  public static let all = [dice, intersectionOverUnion, hausdorff95, averageSurfaceDistance]
}
