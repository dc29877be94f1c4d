/// A parameter tensor: its published name, its shape, and its place in the arena.
public struct ParameterSlot: Sendable {
  public let name: String
  public let shape: [Int]
  /// Start in the parameter, gradient and momentum arenas, which are laid out alike.
  public let offset: Int
  public let initialization: Initialization

  public enum Initialization: Sendable {
    case constant(Float)
    /// Uniform within ±1/√fanIn: PyTorch's default for weights (Kaiming-uniform, a = √5) and biases.
    case uniform(fanIn: Int)
  }

  public var count: Int { shape.reduce(1, *) }
  public var range: Range<Int> { offset..<(offset + count) }
}

/// The running statistics of one batch norm: mean and variance lie one after the other.
public struct BufferSlot: Sendable {
  /// Published name of the layer, such as `encoder.in_conv.conv_conv.1`.
  public let name: String
  public let channels: Int
  /// Start of the means; the variances follow.
  public let offset: Int

  public var means: Range<Int> { offset..<(offset + channels) }
  public var variances: Range<Int> { (offset + channels)..<(offset + 2 * channels) }
}

/// Names, shapes and places of all parameters and buffers of a network.
public struct ParameterLayout: Sendable {
  public private(set) var parameters: [ParameterSlot] = []
  public private(set) var buffers: [BufferSlot] = []

  public init() {}

  public var parameterCount: Int { parameters.last?.range.upperBound ?? 0 }
  public var bufferCount: Int { buffers.last?.variances.upperBound ?? 0 }

  /// Appends a tensor and returns its index.
  mutating func add(
    _ name: String, _ shape: [Int], _ initialization: ParameterSlot.Initialization
  ) -> Int {
    parameters.append(
      ParameterSlot(
        name: name, shape: shape, offset: parameterCount, initialization: initialization))
    return parameters.count - 1
  }

  /// Appends a batch norm's buffers and returns their index.
  mutating func addBuffers(_ name: String, channels: Int) -> Int {
    buffers.append(BufferSlot(name: name, channels: channels, offset: bufferCount))
    return buffers.count - 1
  }
}
