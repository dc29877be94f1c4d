/// A network as a list of operations on feature maps; built by `UNet`.
public struct NetworkGraph: Sendable {
  /// Channel parts and size of each piece of memory that feature maps are views of.
  struct Storage: Sendable {
    let parts: [Int]
    let height: Int
    let width: Int
  }

  public let imageSize: Int
  public internal(set) var layout = ParameterLayout()
  public internal(set) var operations: [Operation] = []
  private(set) var storages: [Storage] = []
  public internal(set) var logits: FeatureMap?
  public internal(set) var features: FeatureMap?
  /// Operations from here on belong to the projector, on top of the logits.
  public internal(set) var projectorStart = Int.max

  init(imageSize: Int) { self.imageSize = imageSize }

  /// Views of a new storage, one for each part and one for the whole.
  mutating func reserve(parts: [Int], size: Int) -> (views: [FeatureMap], whole: FeatureMap) {
    storages.append(Storage(parts: parts, height: size, width: size))
    let storage = storages.count - 1
    let views = parts.indices.map { index in
      FeatureMap(
        storage: storage, parts: [parts[index]], preceding: Array(parts[..<index]), height: size,
        width: size)
    }
    let whole = FeatureMap(
      storage: storage, parts: parts, preceding: [], height: size, width: size)
    return (views, whole)
  }

  mutating func reserve(channels: Int, size: Int) -> FeatureMap {
    reserve(parts: [channels], size: size).whole
  }

  /// Floating-point operations of one image's forward pass: two for each multiplication of a direct
  /// convolution.
  public func forwardOperations(projector: Bool) -> Int {
    let end = projector ? operations.count : min(projectorStart, operations.count)
    return operations[..<end].reduce(0) { sum, operation in
      guard case .convolution(let layer) = operation else { return sum }
      return sum + layer.shape.operations
    }
  }

  /// Name of the parameter tensor or layer behind operation `index`, for messages.
  public func name(ofOperation index: Int) -> String {
    switch operations[index] {
    case .convolution(let layer): layout.parameters[layer.weight].name
    case .normalization(let layer): layout.buffers[layer.buffers].name
    case .pooling(let layer): "pooling of \(layer.input.height)×\(layer.input.width)"
    case .enlargement(let layer): "enlargement of \(layer.input.height)×\(layer.input.width)"
    }
  }
}
