/// Switch (Qu et al., IEEE TNNLS 2026): multiscale patch mixtures (MSS), frequency domain switch
/// (FDS), contrastive and consistency loss..
public struct SwitchMethod: Method {
  public var coarsePatches: Int
  public var finePatches: Int
  /// Side of the amplitude square as a share of the image's side.
  public var frequencyArea: Double
  public var contrastiveWeight: Double
  public var consistencyWeight: Double

  public init(
    coarsePatches: Int, finePatches: Int, frequencyArea: Double, contrastiveWeight: Double,
    consistencyWeight: Double
  ) {
    self.coarsePatches = coarsePatches
    self.finePatches = finePatches
    self.frequencyArea = frequencyArea
    self.contrastiveWeight = contrastiveWeight
    self.consistencyWeight = consistencyWeight
  }

  public func phases(imageSize: Int, batchSize: Int) -> [PhasePlan] {
    let mask = MaskPlan(
      size: imageSize,
      patches: [
        .init(count: coarsePatches, side: imageSize / 2),
        .init(count: finePatches, side: imageSize / 8),
      ])
    let preTraining = PhasePlan(
      phase: .preTraining,
      groups: [MixtureGroup(name: "ll", weights: .init(base: 1, patch: 0.5))],
      mixtures: Mixing.labeledPairs(batchSize: batchSize), mask: mask, lossScale: 0.5,
      frequencyArea: nil, contrastiveWeight: 0, consistencyWeight: 0)
    let selfTraining = PhasePlan(
      phase: .selfTraining, groups: Mixing.crossedGroups(pseudo: 0.5),
      mixtures: Mixing.crossedPairs(batchSize: batchSize), mask: mask, lossScale: 0.25,
      frequencyArea: frequencyArea, contrastiveWeight: contrastiveWeight,
      consistencyWeight: consistencyWeight)
    return [preTraining, selfTraining]
  }
}
