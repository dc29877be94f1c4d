/// What feature maps and the convolutions' weights are stored in. Parameters, statistics, losses and
/// sums are Float or better either way.
public enum Precision: String, CaseIterable, Codable, Sendable {
  case fp32
  /// bfloat16, products summed in Float.
  case bf16
}
