// What a run does when it diverges is there only where it does not stop, as every run did before there
// was a choice: the JSON of those, and every digest over it, stays as it was.
extension RunConfiguration: Codable {
  private enum CodingKeys: String, CodingKey {
    case method, seed, precision, data, augmentation, mixing, objective, optimizer, schedule
    case initialWeights, divergence
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func value<Value: Decodable>(_ key: CodingKeys) throws -> Value {
      try container.decode(Value.self, forKey: key)
    }
    self.init()
    method = try value(.method)
    seed = try value(.seed)
    precision = try value(.precision)
    data = try value(.data)
    augmentation = try value(.augmentation)
    mixing = try value(.mixing)
    objective = try value(.objective)
    optimizer = try value(.optimizer)
    schedule = try value(.schedule)
    initialWeights = try container.decodeIfPresent(String.self, forKey: .initialWeights)
    divergence =
      try container.decodeIfPresent(DivergenceConfiguration.self, forKey: .divergence) ?? .init()
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(method, forKey: .method)
    try container.encode(seed, forKey: .seed)
    try container.encode(precision, forKey: .precision)
    try container.encode(data, forKey: .data)
    try container.encode(augmentation, forKey: .augmentation)
    try container.encode(mixing, forKey: .mixing)
    try container.encode(objective, forKey: .objective)
    try container.encode(optimizer, forKey: .optimizer)
    try container.encode(schedule, forKey: .schedule)
    try container.encodeIfPresent(initialWeights, forKey: .initialWeights)
    if divergence.response != .stop { try container.encode(divergence, forKey: .divergence) }
  }
}
