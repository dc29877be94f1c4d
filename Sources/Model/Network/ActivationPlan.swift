import Tensors

/// Where the maps of a network lie: what is stored lies in the image's memory, what is made for one
/// stage only in the worker's. Stored maps that do not live at the same time share memory; time runs
/// forward through the stages, then back.
struct ActivationPlan {
  private let graph: NetworkGraph
  private let lanes: Int
  private let lastMoment: Int
  /// Start of stored maps and of gradients by storage.
  private var stored: [Int: Int] = [:]
  private var gradients: [Int: Int] = [:]
  /// Start of transient maps and gradients by storage, for each stage.
  private var transient: [[Int: Int]]
  private var transientGradients: [[Int: Int]]
  /// A batch norm's input has its gradient in the place of the output's.
  private var gradientAliases: [Int: FeatureMap] = [:]
  /// Values for one image, and for one worker.
  private(set) var imageCount = 0
  private(set) var workerCount = 0

  init(graph: NetworkGraph, stages: [Stage], lanes: Int, backward: Bool) {
    self.graph = graph
    self.lanes = lanes
    lastMoment = 2 * stages.count - 1
    transient = stages.map { _ in [:] }
    transientGradients = transient
    for stage in stages {
      if backward, let normalization = stage.normalization,
        let storage = normalization.input.storage
      {
        gradientAliases[storage] = normalization.output
      }
      planTransients(of: stage, backward: backward)
    }
    planStored(stages, backward: backward)
  }

  // MARK: Looking up

  /// Start of a stored map within the image's memory.
  func stored(_ map: FeatureMap) -> Int? { offset(stored, map) }

  /// Start of a map that `stage` makes, within the worker's memory.
  func transient(_ map: FeatureMap, in stage: Stage) -> Int? {
    offset(transient[stage.index], map)
  }

  /// Start of a gradient within the image's memory.
  func gradient(_ map: FeatureMap) -> Int? {
    guard let storage = map.storage else { return nil }
    if let alias = gradientAliases[storage] { return gradient(alias) }
    return offset(gradients, map)
  }

  /// Start of a gradient that only `stage` uses, within the worker's memory.
  func transientGradient(_ map: FeatureMap, in stage: Stage) -> Int? {
    offset(transientGradients[stage.index], map)
  }

  private func offset(_ table: [Int: Int], _ map: FeatureMap) -> Int? {
    map.storage.flatMap { table[$0] }.map { $0 + map.offset(lanes: lanes) }
  }

  // MARK: Planning

  /// One after the other: a stage uses all of its maps at once.
  private mutating func planTransients(of stage: Stage, backward: Bool) {
    var end = 0
    func reserve(_ storage: Int) -> Int {
      defer { end += (partCounts(storage).reduce(0, +) / 64 | 1) * 64 + 64 }
      return end
    }
    for step in stage.preparation {
      guard step.storesOutput, let storage = step.output.storage,
        transient[stage.index][storage] == nil
      else { continue }
      transient[stage.index][storage] = reserve(storage)
      if backward, step.hasTransientGradient {
        transientGradients[stage.index][storage] = reserve(storage)
      }
    }
    workerCount = max(workerCount, end)
  }

  private mutating func planStored(_ stages: [Stage], backward: Bool) {
    var maps = Lifetimes()
    var gradientMaps = Lifetimes()
    for stage in stages {
      let forwardMoment = stage.index
      let moments = backward ? [forwardMoment, lastMoment - forwardMoment] : [forwardMoment]
      let sources = stage.preparation.map { $0.input } + [stage.input]
      for moment in moments {
        for source in sources + [stage.output]
        where isConvolutionOutput(source, stages) {
          maps.extend(source, to: moment)
        }
      }
      guard backward else { continue }
      let touched =
        sources + [stage.output] + stage.preparation.map { $0.output }
      for map in touched
      where !map.isPlanes && transientGradients[stage.index][map.storage ?? -1] == nil {
        let place = map.storage.flatMap { gradientAliases[$0] } ?? map
        gradientMaps.extend(place, to: lastMoment - forwardMoment)
      }
    }
    let owners = maps.storages + gradientMaps.storages
    let blocks =
      maps.storages.map { maps.block($0, partCounts($0)) }
      + gradientMaps.storages.map { gradientMaps.block($0, partCounts($0)) }
    let plan = LifetimePlan(blocks)
    for (index, offset) in plan.offsets.enumerated() {
      if index < maps.storages.count {
        stored[owners[index]] = offset
      } else {
        gradients[owners[index]] = offset
      }
    }
    imageCount = plan.total
  }

  private func isConvolutionOutput(_ map: FeatureMap, _ stages: [Stage]) -> Bool {
    map.storage != nil && !map.isPlanes
      && stages.contains { $0.output.storage == map.storage }
  }

  /// Values of each part of a storage.
  private func partCounts(_ storage: Int) -> [Int] {
    let shape = graph.storages[storage]
    return shape.parts.map { ($0 + lanes - 1) / lanes * lanes * shape.height * shape.width }
  }
}

/// First and last moment of each part of each storage.
private struct Lifetimes {
  private var moments: [Int: [Int: ClosedRange<Int>]] = [:]

  var storages: [Int] { moments.keys.sorted() }

  mutating func extend(_ map: FeatureMap, to moment: Int) {
    guard let storage = map.storage else { return }
    for part in map.preceding.count..<(map.preceding.count + map.parts.count) {
      let old = moments[storage]?[part] ?? moment...moment
      moments[storage, default: [:]][part] =
        min(old.lowerBound, moment)...max(old.upperBound, moment)
    }
  }

  /// - Parameter counts: values of each part.
  func block(_ storage: Int, _ counts: [Int]) -> LifetimePlan.Block {
    LifetimePlan.Block(
      parts: counts.indices.map { part in
        // A part that nothing touches lives for no time at all.
        let range = moments[storage]?[part]
        return LifetimePlan.Part(
          count: counts[part], first: range?.lowerBound ?? 0, last: range?.upperBound ?? -1)
      })
  }
}
