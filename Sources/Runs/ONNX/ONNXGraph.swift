internal import FoundationEssentials
import Network
internal import SwiftProtobuf

/// The nodes and weights of a network, operation by operation.
struct ONNXGraph {
  /// Where a feature map lies: its storage and the first and last of its parts.
  private struct Place: Hashable {
    var storage: Int?
    var first: Int
    var count: Int

    init(_ map: FeatureMap) {
      (storage, first, count) = (map.storage, map.preceding.count, map.parts.count)
    }

    init(part: Int, of map: FeatureMap) {
      (storage, first, count) = (map.storage, map.preceding.count + part, 1)
    }
  }

  private(set) var message = ONNXGraphProto()
  private let graph: NetworkGraph
  private let model: ModelState
  /// The name of the value that a feature map became.
  private var values: [Place: String] = [:]

  private static let input = "image"
  private static let logits = "logits"
  private static let features = "features"
  private static let enlargementScales = "enlargement.scales"

  init(_ graph: NetworkGraph, _ model: ModelState, hasProjector: Bool) {
    self.graph = graph
    self.model = model
    message.name = "switch-dist"
    let size = graph.imageSize
    let operations =
      hasProjector ? graph.operations[...] : graph.operations[..<graph.projectorStart]
    message.input = [
      Self.value(
        Self.input, channels: 1, size: size,
        "gray values from 0 to 1: those of 8 bits / 255, resized bilinear with antialias")
    ]
    message.output = [
      Self.value(
        Self.logits, channels: graph.logits?.channels ?? 0, size: size,
        "of background and lesion: lesion is where the second is larger than the first")
    ]
    if let first = operations.first { values[Place(first.input)] = Self.input }
    for operation in operations { append(operation) }
    if hasProjector, let features = graph.features {
      message.output.append(
        Self.value(
          Self.features, channels: features.channels, size: features.height, "of the projector"))
    }
  }

  // MARK: Operations

  private mutating func append(_ operation: Operation) {
    switch operation {
    case .convolution(let layer): append(layer)
    case .normalization(let layer): append(layer)
    case .pooling(let layer):
      let input = name(of: layer.input)
      append(
        "MaxPool", "\(input).pool", [input], makes: layer.output,
        [.integers("kernel_shape", [2, 2]), .integers("strides", [2, 2])])
    case .enlargement(let layer):
      addEnlargementScales()
      let input = name(of: layer.input)
      append(
        "Resize", "\(input).enlargement", [input, "", Self.enlargementScales], makes: layer.output,
        [
          .text("mode", "linear"),
          .text("coordinate_transformation_mode", "align_corners"),
        ])
    }
  }

  private mutating func append(_ layer: ConvolutionLayer) {
    let weight = graph.layout.parameters[layer.weight]
    let names = [weight, graph.layout.parameters[layer.bias]].map { addWeights($0) }
    let (side, padding) = (Int64(layer.kernel), Int64(layer.kernel / 2))
    append(
      "Conv", Self.layer(of: weight), [name(of: layer.input)] + names, makes: layer.output,
      [
        .integers("kernel_shape", [side, side]),
        .integers("pads", [padding, padding, padding, padding]),
      ])
  }

  private mutating func append(_ layer: NormalizationLayer) {
    let gamma = graph.layout.parameters[layer.gamma]
    let names = [gamma, graph.layout.parameters[layer.beta]].map { addWeights($0) }
    let slot = graph.layout.buffers[layer.buffers]
    let statistics = [("running_mean", slot.means), ("running_var", slot.variances)].map {
      add("\(slot.name).\($0.0)", [slot.channels], model.running.values[$0.1])
    }
    let normalized = Self.layer(of: gamma)
    append(
      "BatchNormalization", normalized, [name(of: layer.input)] + names + statistics,
      [.number("epsilon", Float(NormalizationLayer.epsilon))])
    let isRectifier = layer.slope == 0
    append(
      isRectifier ? "Relu" : "LeakyRelu", "\(normalized).activation", [normalized],
      makes: layer.output, isRectifier ? [] : [.number("alpha", layer.slope)])
  }

  // MARK: Nodes

  /// A node whose value has the node's name, unless it is an output of the network.
  private mutating func append(
    _ kind: String, _ name: String, _ inputs: [String], makes map: FeatureMap,
    _ attributes: [ONNXAttributeProto]
  ) {
    let value =
      switch map.storage {
      case graph.logits?.storage: Self.logits
      case graph.features?.storage: Self.features
      default: name
      }
    values[Place(map)] = value
    append(kind, name, inputs, output: value, attributes)
  }

  private mutating func append(
    _ kind: String, _ name: String, _ inputs: [String], output: String? = nil,
    _ attributes: [ONNXAttributeProto]
  ) {
    message.node.append(
      .with {
        $0.opType = kind
        $0.name = name
        $0.input = inputs
        $0.output = [output ?? name]
        $0.attribute = attributes
      })
  }

  /// The value of a map; where it is of several parts, a node puts them together once.
  private mutating func name(of map: FeatureMap) -> String {
    if let known = values[Place(map)] { return known }
    let parts = map.parts.indices.compactMap { values[Place(part: $0, of: map)] }
    precondition(parts.count == map.parts.count, "a feature map is read before it is made")
    let name = "\(parts[parts.count - 1]).concatenation"
    append("Concat", name, parts, makes: map, [.integer("axis", 1)])
    return name
  }

  // MARK: Weights

  private mutating func addWeights(_ slot: ParameterSlot) -> String {
    add(slot.name, slot.shape, model.values(of: slot)[...])
  }

  /// - Returns: the name.
  private mutating func add(
    _ name: String, _ shape: [Int], _ numbers: Slice<UnsafeMutableBufferPointer<Float>>
  ) -> String {
    message.initializer.append(
      .with {
        $0.name = name
        $0.dims = shape.map(Int64.init)
        $0.dataType = Int32(ONNXTensorProto.DataType.float.rawValue)
        $0.rawData = Data(buffer: UnsafeBufferPointer(rebasing: numbers))
      })
    return name
  }

  private mutating func addEnlargementScales() {
    guard !message.initializer.contains(where: { $0.name == Self.enlargementScales }) else {
      return
    }
    var scales: [Float] = [1, 1, 2, 2]
    _ = scales.withUnsafeMutableBufferPointer { add(Self.enlargementScales, [4], $0[...]) }
  }

  /// The layer that a parameter `LAYER.weight` belongs to.
  private static func layer(of slot: ParameterSlot) -> String {
    String(slot.name.dropLast(".weight".count))
  }

  /// float32 [N, channels, size, size].
  private static func value(
    _ name: String, channels: Int, size: Int, _ description: String
  ) -> ONNXValueInfoProto {
    let sides = [channels, size, size].map { side in
      ONNXTensorShapeProto.Dimension.with { $0.dimValue = Int64(side) }
    }
    return .with {
      $0.name = name
      $0.docString = description
      $0.type.tensorType.elemType = Int32(ONNXTensorProto.DataType.float.rawValue)
      $0.type.tensorType.shape.dim = [.with { $0.dimParam = "N" }] + sides
    }
  }
}

extension ONNXAttributeProto {
  fileprivate static func integer(_ name: String, _ value: Int64) -> Self {
    .with {
      ($0.name, $0.type) = (name, .int)
      $0.i = value
    }
  }

  fileprivate static func integers(_ name: String, _ values: [Int64]) -> Self {
    .with {
      ($0.name, $0.type) = (name, .ints)
      $0.ints = values
    }
  }

  fileprivate static func number(_ name: String, _ value: Float) -> Self {
    .with {
      ($0.name, $0.type) = (name, .float)
      $0.f = value
    }
  }

  fileprivate static func text(_ name: String, _ value: String) -> Self {
    .with {
      ($0.name, $0.type) = (name, .string)
      $0.s = Data(value.utf8)
    }
  }
}
