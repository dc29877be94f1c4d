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

  // MARK: Appending layers

  mutating func convolve(
    _ input: FeatureMap, to channels: Int, kernel: Int, name: String, asPlanes: Bool = false
  ) -> FeatureMap {
    let fanIn = input.channels * kernel * kernel
    var output = reserve(channels: channels, size: input.height)
    output.isPlanes = asPlanes
    let weight = layout.add(
      name + ".weight", [channels, input.channels, kernel, kernel], .uniform(fanIn: fanIn))
    let bias = layout.add(name + ".bias", [channels], .uniform(fanIn: fanIn))
    operations.append(
      .convolution(
        ConvolutionLayer(input: input, output: output, kernel: kernel, weight: weight, bias: bias)))
    return output
  }

  /// - Parameter output: where the result goes, a new storage if nothing is said.
  mutating func normalize(
    _ input: FeatureMap, slope: Float, dropoutRate: Double = 0, name: String,
    into output: FeatureMap? = nil
  ) -> FeatureMap {
    let channels = input.channels
    let output = output ?? reserve(channels: channels, size: input.height)
    let gamma = layout.add(name + ".weight", [channels], .constant(1))
    let beta = layout.add(name + ".bias", [channels], .constant(0))
    operations.append(
      .normalization(
        NormalizationLayer(
          input: input, output: output, gamma: gamma, beta: beta,
          buffers: layout.addBuffers(name, channels: channels), slope: slope,
          dropoutRate: dropoutRate)))
    return output
  }

  mutating func pool(_ input: FeatureMap) -> FeatureMap {
    let output = reserve(channels: input.channels, size: input.height / 2)
    operations.append(.pooling(PoolingLayer(input: input, output: output)))
    return output
  }

  mutating func enlarge(_ input: FeatureMap, into output: FeatureMap) {
    operations.append(.enlargement(EnlargementLayer(input: input, output: output)))
  }

  /// Floating-point operations of one image's forward pass: two for each multiplication of a direct
  /// convolution.
  public func forwardOperations(projector: Bool) -> Int {
    let end = projector ? operations.count : min(projectorStart, operations.count)
    return operations[..<end].reduce(0) { sum, operation in
      guard case .convolution(let layer) = operation else { return sum }
      let taps = layer.kernel * layer.kernel * layer.input.channels
      return sum + 2 * taps * layer.output.channels * layer.output.pixels
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
