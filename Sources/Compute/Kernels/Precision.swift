/// What feature maps and the convolutions' weights are stored in. Parameters, statistics, losses and
/// sums are Float or better either way.
public enum Precision: String, CaseIterable, Codable, Sendable, LosslessStringConvertible {
  case fp32
  /// bfloat16, products summed in Float.
  case bf16

  public var description: String { rawValue }

  public init?(_ description: String) { self.init(rawValue: description) }
}
