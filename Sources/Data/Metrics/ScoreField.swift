/// A number of each image that score tables keep; measures are computed from these.
public enum ScoreField: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
  case dice, iou, hd95, asd
  case nsd, sensitivity, precision, specificity
  /// Lesions of the truth.
  case lesions
  case foundLesions = "found_lesions"
  case falseLesions = "false_lesions"

  /// Its column.
  public var key: String { rawValue }

  /// Tables of every version have these, before the areas; what came later stands behind them.
  public static let original: [ScoreField] = [.dice, .iou, .hd95, .asd]
  public static var later: [ScoreField] { allCases.filter { !original.contains($0) } }

  /// A whole number, not a share or a distance.
  public var isCount: Bool { [.lesions, .foundLesions, .falseLesions].contains(self) }

  /// Whether an image may have none.
  public var mayBeUndefined: Bool { !isCount && self != .dice && self != .iou }

  /// Whether an image can have the value.
  public func allows(_ value: Double) -> Bool {
    switch self {
    case .hd95, .asd: 0...1e6 ~= value
    case .lesions, .foundLesions, .falseLesions: 0...1e9 ~= value && value == value.rounded()
    default: 0...1 ~= value
    }
  }
}
