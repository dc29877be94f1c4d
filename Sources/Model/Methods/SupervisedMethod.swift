/// Cross-entropy and Dice on the labeled images alone: what the other methods have to beat. One
/// phase, no teacher..
public struct SupervisedMethod: Method {
  /// Whether a step takes a whole batch of labeled images, or the half that the other methods take.
  public var fillsBatch: Bool

  public init(fillsBatch: Bool) { self.fillsBatch = fillsBatch }

  public func phases(imageSize: Int, batchSize: Int) -> [PhasePlan] {
    [
      PhasePlan(
        phase: .training, groups: [MixtureGroup(name: "l", weights: .init(base: 1, patch: 0))],
        mixtures: Mixing.labeledAlone(count: fillsBatch ? batchSize : batchSize / 2),
        mask: MaskPlan(size: imageSize, patches: []), lossScale: 0.5, frequencyArea: nil,
        contrastiveWeight: 0, consistencyWeight: 0)
    ]
  }
}
