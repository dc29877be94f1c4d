/// One of the measures of masks: how tables, reports and files call it and show it.
public struct Measure: Sendable {
  public enum Kind: Sendable {
    /// 0 to 1, more is better.
    case share
    /// In pixels, less is better; the image's diagonal stands for undefined ones in the penalized mean.
    case distance
    /// Of things in an image, less is better.
    case count
  }

  public let name: String
  /// In files and on curves.
  public let key: String
  public let kind: Kind
  /// Columns of score tables that it is computed from.
  public let fields: [ScoreField]
  /// What the number means, in words that go with tables.
  public let convention: String
  /// Where an image has no value, in words; empty where each has one.
  public var undefined = ""
  public let value: @Sendable (SegmentationScore) -> Double?
  /// What an image counts in the mean.
  public var weight: @Sendable (SegmentationScore) -> Double = { _ in 1 }

  /// Of shown values.
  public var unit: String {
    switch kind {
    case .share: "%"
    case .distance: "px"
    case .count: ""
    }
  }

  /// From stored to shown values.
  public var scale: Double { kind == .share ? 100 : 1 }

  /// Images of other sizes have other values.
  public var dependsOnPixelSize: Bool { kind == .distance || key == Self.surfaceDice.key }

  /// Over the images that have a value, each counted with its weight; nil where none has one.
  public func mean(_ scores: [SegmentationScore]) -> Double? {
    var (sum, weights) = (0.0, 0.0)
    for score in scores {
      guard let value = value(score) else { continue }
      sum += weight(score) * value
      weights += weight(score)
    }
    return weights > 0 ? sum / weights : nil
  }

  /// A distance with the diagonal of images of one size in place of undefined values, so that nobody gains by
  /// predicting nothing.
  public func penalized(width: Int, height: Int) -> Measure {
    let diagonal = Self.diagonal(width, height)
    return Measure(
      name: "\(name), penalized", key: "\(key)_penalized", kind: kind, fields: fields,
      convention: "\(name), and the image's diagonal where \(undefined)",
      value: { [value] in value($0) ?? diagonal })
  }

  private static func diagonal(_ width: Int, _ height: Int) -> Double {
    Double(width * width + height * height).squareRoot()
  }

  /// Over images of one size.
  public func statistic(
    _ scores: [SegmentationScore], width: Int, height: Int
  ) -> ScoreSummary.Statistic {
    let diagonal = Self.diagonal(width, height)
    let penalty = kind == .distance ? diagonal : undefined.isEmpty ? 0 : nil
    return ScoreSummary.Statistic(
      scores.map(value), weights: scores.map(weight), penalty: penalty)
  }
}

extension Measure {
  /// A measure that is a column of the tables.
  private init(
    _ name: String, _ field: ScoreField, _ kind: Kind, _ convention: String, undefined: String = ""
  ) {
    self.init(
      name: name, key: field.key, kind: kind, fields: [field],
      convention: undefined.isEmpty ? convention : "\(convention); undefined where \(undefined)",
      undefined: undefined, value: { $0[field] })
  }

  public static let dice = Measure(
    "Dice", .dice, .share, "2|P∩T| / (|P|+|T|); 0 where both masks are empty")
  public static let intersectionOverUnion = Measure(
    "IoU", .iou, .share, "|P∩T| / |P∪T|; 0 where both masks are empty")
  public static let hausdorff95 = Measure(
    "HD95", .hd95, .distance,
    "the larger of the two directions' 95th percentiles (linear between ranks) of the "
      + "distances from one mask's edge to the other's", undefined: "a mask is empty")
  public static let averageSurfaceDistance = Measure(
    "ASD", .asd, .distance,
    "mean distance from the prediction's edge to the truth's, one direction",
    undefined: "a mask is empty")
  public static let surfaceDice = Measure(
    "NSD", .nsd, .share,
    "normalized surface Dice: the share of both edges' pixels that lie within the tolerance of the "
      + "other edge; 0 where one mask is empty", undefined: "both masks are empty")
  public static let sensitivity = Measure(
    "Sensitivity", .sensitivity, .share, "|P∩T| / |T|", undefined: "the truth is empty")
  public static let precision = Measure(
    "Precision", .precision, .share, "|P∩T| / |P|", undefined: "the prediction is empty")
  public static let specificity = Measure(
    "Specificity", .specificity, .share, "the share of the truth's background outside of P",
    undefined: "the truth is the whole image")
  public static let lesionSensitivity = Measure(
    name: "Lesions found", key: "lesion_sensitivity", kind: .share,
    fields: [.lesions, .foundLesions],
    convention:
      "of the lesions of all images (8-connected components of the truth) the share that was found: "
      + "matched one to one with predicted components, as many as can be, where IoU is 0.1 or more "
      + "(the rule of PI-CAI); median and standard deviation are of the images' shares; undefined "
      + "where the truth is empty", undefined: "the truth is empty",
    value: \.lesionSensitivity, weight: { $0[.lesions] ?? 0 })
  public static let falseLesions = Measure(
    "False lesions", .falseLesions, .count,
    "predicted components of an image whose IoU with every lesion is below 0.1")

  /// In the order of all tables.
  public static let all = [
    dice, intersectionOverUnion, hausdorff95, averageSurfaceDistance, surfaceDice, sensitivity,
    precision, specificity, lesionSensitivity, falseLesions,
  ]
}
