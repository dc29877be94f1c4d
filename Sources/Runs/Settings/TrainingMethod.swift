import Methods

/// What trains the network.
public enum TrainingMethod: String, Codable, CaseIterable, Sendable, LosslessStringConvertible {
  /// Multiscale and frequency-domain switch (arXiv 2603.18655).
  case `switch`
  /// Bidirectional copy-paste, the method that Switch builds on.
  case bcp
  /// The labeled images alone.
  case supervised

  /// Whether training images are varied where the flags do not say: the published baselines take
  /// them as they are.
  public var augmentsByDefault: Bool { self == .switch }

  public var hasPreTraining: Bool { self != .supervised }

  public var description: String { rawValue }

  public init?(_ description: String) { self.init(rawValue: description) }
}

extension RunConfiguration {
  /// The method with its settings.
  func makeMethod() -> any Method {
    switch method {
    case .switch:
      SwitchMethod(
        coarsePatches: mixing.coarsePatchCount, finePatches: mixing.finePatchCount,
        frequencyArea: mixing.frequencySize, contrastiveWeight: objective.contrastiveWeight,
        consistencyWeight: objective.consistencyWeight)
    case .bcp: BidirectionalCopyPaste()
    case .supervised: SupervisedMethod(fillsBatch: data.labeledRatio == 1)
    }
  }

  /// Iterations that a phase has from its start to its end.
  public func iterations(of phase: Phase) -> Int {
    phase == .preTraining ? schedule.preIterations : schedule.selfIterations
  }

  /// What the steps of each phase do, in order.
  public var phases: [PhasePlan] {
    makeMethod().phases(imageSize: data.imageSize, batchSize: schedule.batchSize)
  }
}
