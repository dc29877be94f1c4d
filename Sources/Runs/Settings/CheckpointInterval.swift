/// How often a run writes a checkpoint, apart from evaluations, stops and ends of phases.
public enum CheckpointInterval: Equatable, Sendable {
  case iterations(Int)
  case minutes(Int)

  /// Whether it can be kept.
  var isPossible: Bool {
    switch self {
    case .iterations(let count): 1...1_000_000_000 ~= count
    case .minutes(let count): 1...1_000_000 ~= count
    }
  }
}

/// `200` are iterations, `10m` are minutes.
extension CheckpointInterval: LosslessStringConvertible {
  public init?(_ text: String) {
    if text.last == "m" {
      guard let count = Int(text.dropLast()) else { return nil }
      self = .minutes(count)
    } else {
      guard let count = Int(text) else { return nil }
      self = .iterations(count)
    }
  }

  public var description: String {
    switch self {
    case .iterations(let count): "\(count)"
    case .minutes(let count): "\(count)m"
    }
  }
}
