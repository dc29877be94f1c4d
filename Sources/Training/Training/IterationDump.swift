import Kernels
import Learning
import MPI
import Methods
import Network
import Tensors
import VectorInterface

/// Everything that happened in one iteration, gathered from all ranks in the order of the mixtures:
/// the same on any number of ranks and threads. The first two digits of each path tell the order in
/// which a step makes it.
package struct IterationDump {
  /// Values of one array.
  package enum Content: Equatable {
    case floats([Float])
    case doubles([Double])
    case strings([String])
  }

  package struct Entry: Equatable {
    package var path: String
    /// Length of each dimension; empty for a single number.
    package var shape: [Int]
    package var content: Content
  }

  let plan: PhasePlan
  /// Counted from 1, as in the log.
  let iteration: Int
  private(set) var entries: [Entry] = []

  init(plan: PhasePlan, iteration: Int) {
    self.plan = plan
    self.iteration = iteration
  }

  mutating func add(_ path: String, _ shape: [Int], _ content: Content) {
    entries.append(Entry(path: path, shape: shape, content: content))
  }

  subscript(path: String) -> Content? { entries.first { $0.path == path }?.content }
}

// MARK: What a step holds

extension IterationDump {
  /// Gathers a step that has just been run. Collective.
  mutating func gather(_ step: TrainingStep, _ context: RunContext, losses: StepLosses) throws {
    try addNames(context)
    let size = context.configuration.data.imageSize
    let planes = step.planes
    let pixels = step.pixels
    let count = step.share.count
    let collector = Collector(world: context.world, step: step)
    func gatherPlanes(_ plane: (Int) -> MutableFloats) throws -> Entry.Gathered {
      try collector.gather(elements: pixels, shape: [size, size]) { Floats(plane($0)) }
    }
    func gatherLogits(_ runner: NetworkRunner, from first: Int) throws -> Entry.Gathered {
      try collector.gather(elements: 2 * pixels, shape: [2, size, size]) {
        Floats(runner.logits.baseAddress + (first + $0) * 2 * pixels)
      }
    }
    add("01_images/base", try gatherPlanes(planes.base))
    add("01_images/patch", try gatherPlanes(planes.patch))
    if plan.hasRestoredViews {
      add("02_restored/base", try gatherPlanes(planes.restoredBase))
      add("02_restored/patch", try gatherPlanes(planes.restoredPatch))
    }
    add("01_images/mask", [size, size], .floats((0..<pixels).map { planes.mask[$0] }))
    add("03_mixed/images", try gatherPlanes { step.student.inputs.baseAddress + $0 * pixels })
    if plan.hasRestoredViews {
      add(
        "03_mixed/restored_images",
        try gatherPlanes { step.student.inputs.baseAddress + (count + $0) * pixels })
    }
    if let teacher = step.teacher {
      let logits = try gatherLogits(teacher, from: 0)
      add("04_teacher/logits", logits)
      add(
        "04_teacher/pseudo_labels_before_clean_up",
        logits.foreground(size: size, kernels: context.compute.kernels))
    }
    add("05_targets/base", try gatherPlanes(planes.baseTarget))
    add("05_targets/patch", try gatherPlanes(planes.patchTarget))
    add("06_logits/mixed", try gatherLogits(step.student, from: 0))
    if plan.hasRestoredViews {
      add("06_logits/restored", try gatherLogits(step.student, from: count))
    }
    if plan.usesProjector { try addFeatures(step, context.network.featureSize, collector) }
    for loss in losses.entries { add("08_losses/\(loss.name)", [], .doubles([loss.value])) }
    addGradients(step)
  }

  private mutating func add(_ path: String, _ gathered: Entry.Gathered) {
    add(path, gathered.shape, .floats(gathered.values))
  }

  private mutating func addFeatures(
    _ step: TrainingStep, _ side: Int, _ collector: Collector
  ) throws {
    let elements = UNet.featureChannels * side * side
    for (name, first) in [("mixed", 0), ("restored", step.share.count)] {
      let gathered = try collector.gather(
        elements: elements, shape: [UNet.featureChannels, side, side]
      ) { Floats(step.student.features.baseAddress + (first + $0) * elements) }
      add("07_features/\(name)", gathered)
    }
  }

  /// Names of the images, by the sampler alone: every rank knows them.
  private mutating func addNames(_ context: RunContext) throws {
    let source = try SampleSource(context: context, plan: plan, wanted: [])
    func names(_ slot: (Mixture) -> BatchSlot) -> [String] {
      plan.mixtures.map {
        context.dataset.names[source.position(of: slot($0), iteration: iteration - 1)]
      }
    }
    let count = [plan.mixtures.count]
    add("00_names/base", count, .strings(names(\.base)))
    add("00_names/patch", count, .strings(names(\.patch)))
  }

  private mutating func addGradients(_ step: TrainingStep) {
    let gradients = step.student.gradients.baseAddress
    for slot in step.student.graph.layout.parameters where slot.offset < step.parameterCount {
      let norm = slot.range.reduce(0.0) { sum, index in
        let value = FixedPoint.gradients.value(gradients[index])
        return sum + value * value
      }
      add("09_gradient_norms/\(slot.name)", [], .doubles([norm.squareRoot()]))
    }
  }

  /// With the norms of the weights after the update; a run that diverged has none.
  func updated(_ student: ModelState) -> IterationDump {
    var dump = self
    dump.addWeights(student, to: "11_weight_norms_after")
    return dump
  }

  /// Norms of the student's weights, before or after the update.
  mutating func addWeights(_ model: ModelState, to folder: String) {
    for slot in model.layout.parameters {
      let norm = model.values(of: slot).reduce(0.0) { $0 + Double($1) * Double($1) }
      add("\(folder)/\(slot.name)", [], .doubles([norm.squareRoot()]))
    }
  }
}

extension IterationDump.Entry {
  /// An array of all mixtures.
  package struct Gathered {
    package var shape: [Int]
    package var values: [Float]
  }
}

extension IterationDump.Entry.Gathered {
  /// The foreground of the teacher's logits [mixtures][2][size][size] as pseudo-labels have it.
  fileprivate func foreground(size: Int, kernels: any VectorKernels.Type) -> Self {
    let pixels = size * size
    var mask = [UInt8](repeating: 0, count: shape[0] * pixels)
    values.withUnsafeBufferPointer { logits in
      mask.withUnsafeMutableBufferPointer { mask in
        guard let logits = logits.baseAddress, let mask = mask.baseAddress else { return }
        for image in 0..<shape[0] {
          kernels.foregroundMask(
            logits: logits + 2 * image * pixels, pixels: pixels,
            threshold: PseudoLabels.threshold, into: mask + image * pixels)
        }
      }
    }
    return Self(shape: [shape[0], size, size], values: mask.map(Float.init))
  }
}

/// Joins the ranks' shares, which follow one another.
private struct Collector {
  package let world: Communicator
  let step: TrainingStep

  func gather(
    elements: Int, shape: [Int], image: (_ index: Int) -> Floats
  ) throws -> IterationDump.Entry.Gathered {
    var own: [Float] = []
    for index in 0..<step.share.count {
      own += UnsafeBufferPointer(start: image(index), count: elements)
    }
    let values = try world.allGatherVariable(own).flatMap { $0 }
    return .init(shape: [step.plan.mixtures.count] + shape, values: values)
  }
}
