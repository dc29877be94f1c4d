import Datasets
import Learning
import Methods
import Network
import Runs
import Telemetry

/// What there is to see when a step makes numbers that cannot be summed; the same on every rank.
struct DivergenceEvidence {
  /// Names of the batch's images, each once.
  private(set) var images: [String] = []
  /// Of those, the ones whose pixels are all the same.
  private(set) var constantImages: [String] = []
  /// Labeled images of the batch, and those of them without lesion.
  private(set) var labeledCount = 0
  private(set) var emptyMasks: [String] = []
  let weights: Largest
  /// Norm of the mean gradient of the last iterations, which the momentum is ten of; 0 before there were.
  let gradientNorm: Double
  let losses: RecentLosses

  /// The largest number of a model's parameters.
  struct Largest {
    /// NaN where there is one.
    var magnitude = 0.0
    var name = ""

    init(of model: ModelState) {
      for slot in model.layout.parameters {
        for value in model.values(of: slot) where !(Double(value.magnitude) <= magnitude) {
          (magnitude, name) = (Double(value.magnitude), slot.name)
          if value.isNaN { return }
        }
      }
    }

    var text: String { "\(roundText(magnitude)) in \(name)" }
  }

  init(
    _ iteration: Int, _ plan: PhasePlan, _ replica: Replica, losses: RecentLosses,
    _ context: RunContext
  )
    throws
  {
    self.losses = losses
    weights = Largest(of: replica.student)
    let momentum = replica.optimizer.momentum.values.reduce(0.0) { $0 + Double($1) * Double($1) }
    gradientNorm = momentum.squareRoot() * Double(1 - MomentumOptimizer.decay)
    try lookAtBatch(iteration, plan, context)
  }

  private mutating func lookAtBatch(
    _ iteration: Int, _ plan: PhasePlan, _ context: RunContext
  ) throws {
    let source = try SampleSource(context: context, plan: plan, wanted: [])
    var known: Set<BatchSlot> = []
    for slot in plan.mixtures.flatMap({ [$0.base, $0.patch] })
    where known.insert(slot).inserted {
      let position = source.position(of: slot, iteration: iteration)
      let name = context.dataset.names[position]
      guard !images.contains(name) else { continue }
      images.append(name)
      if Self.isConstant(try context.dataset.image(position).pixels) { constantImages.append(name) }
      guard slot.stream == .labeled else { continue }
      labeledCount += 1
      if try !context.dataset.mask(position).pixels.contains(1) { emptyMasks.append(name) }
    }
  }

  private static func isConstant(_ pixels: [UInt8]) -> Bool {
    pixels.allSatisfy { $0 == pixels[0] }
  }

  /// Nothing can be learned from such a batch.
  var isWithoutContrast: Bool { constantImages.count == images.count }

  /// The course of the training in words.
  var course: String {
    let steps = [
      losses.text, "the largest weight is \(weights.text)",
      gradientNorm > 0 ? "the gradients' norm was about \(roundText(gradientNorm))" : nil,
    ]
    return steps.compactMap { $0 }.joined(separator: ", ")
  }

  /// The batch in words.
  var batch: String {
    var notes: [String] = []
    if !constantImages.isEmpty {
      notes.append(
        "\(constantImages.count) of its \(images.count) images are constant, every pixel the same "
          + "(\(Self.list(constantImages)))")
    }
    if !emptyMasks.isEmpty {
      notes.append(
        "\(emptyMasks.count) of its \(labeledCount) masks are empty (\(Self.list(emptyMasks)))")
    }
    return notes.isEmpty
      ? "its images are \(Self.list(images))" : notes.joined(separator: ", ")
  }

  /// Whether something about the images is worth saying.
  var isBatchSuspicious: Bool { !constantImages.isEmpty || !emptyMasks.isEmpty }

  private static func list(_ names: [String]) -> String {
    names.prefix(4).joined(separator: ", ") + (names.count > 4 ? ", …" : "")
  }
}
