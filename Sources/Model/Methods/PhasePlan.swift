/// The two streams that batches are drawn from.
public enum ImageStream: Sendable, Hashable {
  case labeled
  case unlabeled
}

/// A place in the global batch.
public struct BatchSlot: Sendable, Hashable {
  public var stream: ImageStream
  public var slot: Int

  public init(_ stream: ImageStream, _ slot: Int) {
    self.stream = stream
    self.slot = slot
  }
}

/// One mixture: what fills the mask's ones, what fills its zeros, and whose batch norm group and
/// loss it belongs to. The unit of work that ranks share out.
public struct Mixture: Sendable {
  public var base: BatchSlot
  public var patch: BatchSlot
  /// Index into `PhasePlan.groups`.
  public var group: Int

  /// The unlabeled image among the two, if there is one: the teacher labels it.
  public var unlabeled: BatchSlot? {
    [base, patch].first { $0.stream == .unlabeled }
  }
}

/// A group of mixtures with batch statistics and a loss of its own.
public struct MixtureGroup: Sendable {
  /// Short name in logs: `ul` is unlabeled-based, `lu` labeled-based.
  public var name: String
  public var weights: Weights

  /// What the losses of the two sides count.
  public struct Weights: Sendable {
    public var base: Double
    public var patch: Double

    public init(base: Double, patch: Double) {
      self.base = base
      self.patch = patch
    }
  }
}

/// What a method does in one phase of training, the same in every step.
public struct PhasePlan: Sendable {
  public var phase: Phase
  public var groups: [MixtureGroup]
  /// All mixtures of a step, over all ranks.
  public var mixtures: [Mixture]
  public var mask: MaskPlan
  /// The loss is this times Σ over groups of (cross-entropy + Dice).
  public var lossScale: Double
  /// Amplitude square of the frequency switch; nothing where there are no restored views.
  public var frequencyArea: Double?
  public var contrastiveWeight: Double
  public var consistencyWeight: Double

  /// Whether pseudo-labels are needed.
  public var usesTeacher: Bool { mixtures.contains { $0.unlabeled != nil } }
  /// Whether every mixture is seen a second time, made of the restored images.
  public var hasRestoredViews: Bool { frequencyArea != nil }
  /// The projector serves the contrastive loss only.
  public var usesProjector: Bool { hasRestoredViews && contrastiveWeight > 0 }
  /// Batch norm groups of the student: plain views, then restored ones in the same order.
  public var studentGroupCount: Int { groups.count * (hasRestoredViews ? 2 : 1) }

  /// Different images of a step, over all ranks.
  public var imageCount: Int { Set(mixtures.flatMap { [$0.base, $0.patch] }).count }

  /// Labeled images of a step, over all ranks, and as many unlabeled ones where there is a teacher.
  public var blockSize: Int {
    1 + (mixtures.flatMap { [$0.base.slot, $0.patch.slot] }.max() ?? -1)
  }

  /// Mixtures of each group over all ranks.
  public var groupSizes: [Int] {
    groups.indices.map { group in mixtures.count { $0.group == group } }
  }
}
