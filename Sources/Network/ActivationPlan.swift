import Tensors

/// Where each activation and each gradient of one image lies: memory is shared by what does not
/// live at the same time. Time runs through the operations, then back through them.
struct ActivationPlan {
  /// Start of each storage in values; gradients where a backward pass needs one.
  private let activationOffsets: [Int]
  private var gradientOffsets: [Int: Int] = [:]
  /// A batch norm's input has its gradient in the place of the output's.
  private var gradientAliases: [Int: FeatureMap] = [:]
  private let lanes: Int
  /// Values for one image.
  let stride: Int

  init(graph: NetworkGraph, operations: Int, lanes: Int, backward: Bool) {
    self.lanes = lanes
    let end = 2 * operations
    var lifetimes = [ClosedRange<Int>?](repeating: nil, count: graph.storages.count)
    var gradientLifetimes = lifetimes
    func extend(_ ranges: inout [ClosedRange<Int>?], _ storage: Int, _ moment: Int) {
      let old = ranges[storage] ?? moment...moment
      ranges[storage] = min(old.lowerBound, moment)...max(old.upperBound, moment)
    }
    for case .normalization(let layer) in graph.operations[..<operations] where backward {
      if let storage = layer.input.storage { gradientAliases[storage] = layer.output }
    }
    for (moment, operation) in graph.operations[..<operations].enumerated() {
      for case .some(let storage) in [operation.input.storage, operation.output.storage] {
        extend(&lifetimes, storage, moment)
        guard backward else { continue }
        let place = gradientAliases[storage]?.storage ?? storage
        extend(&gradientLifetimes, place, end - moment)
      }
      if backward, let storage = operation.input.storage, operation.readsInputBackward {
        extend(&lifetimes, storage, end - moment)
      }
    }
    var blocks: [LifetimePlan.Block] = []
    var owners: [(storage: Int, isGradient: Bool)] = []
    for (isGradient, ranges) in [(false, lifetimes), (true, gradientLifetimes)] {
      for (storage, range) in ranges.enumerated() {
        guard let range else { continue }
        let shape = graph.storages[storage]
        let channelBlocks = shape.parts.reduce(0) { $0 + ($1 + lanes - 1) / lanes }
        blocks.append(
          .init(
            count: channelBlocks * lanes * shape.height * shape.width, first: range.lowerBound,
            last: range.upperBound))
        owners.append((storage, isGradient))
      }
    }
    let plan = LifetimePlan(blocks)
    var offsets = [Int](repeating: 0, count: graph.storages.count)
    for (owner, offset) in zip(owners, plan.offsets) {
      if owner.isGradient {
        gradientOffsets[owner.storage] = offset
      } else {
        offsets[owner.storage] = offset
      }
    }
    activationOffsets = offsets
    stride = plan.total
  }

  /// Start of a feature map within one image's memory; nothing for the network's input.
  func offset(of map: FeatureMap) -> Int? {
    map.storage.map { activationOffsets[$0] + map.offset(lanes: lanes) }
  }

  /// Start of its gradient.
  func gradientOffset(of map: FeatureMap) -> Int? {
    guard let storage = map.storage else { return nil }
    if let alias = gradientAliases[storage] { return gradientOffset(of: alias) }
    return gradientOffsets[storage].map { $0 + map.offset(lanes: lanes) }
  }
}

extension Operation {
  /// Whether its backward pass looks at its input again.
  fileprivate var readsInputBackward: Bool {
    if case .enlargement = self { return false }
    return true
  }
}
