/// Bidirectional copy-paste (BCP; Bai et al., CVPR 2023), the baseline that Switch builds on: one
/// square, two directions, no second view..
public struct BidirectionalCopyPaste: Method {
  public init() {}

  public func phases(imageSize: Int, batchSize: Int) -> [PhasePlan] {
    let mask = MaskPlan(size: imageSize, patches: [.init(count: 1, side: 2 * imageSize / 3)])
    let preTraining = PhasePlan(
      phase: .preTraining, groups: [MixtureGroup(name: "ll", weights: .init(base: 1, patch: 1))],
      mixtures: Mixing.labeledPairs(batchSize: batchSize), mask: mask, lossScale: 0.5,
      frequencyArea: nil, contrastiveWeight: 0, consistencyWeight: 0)
    let selfTraining = PhasePlan(
      phase: .selfTraining, groups: Mixing.crossedGroups(pseudo: 0.5),
      mixtures: Mixing.crossedPairs(batchSize: batchSize), mask: mask, lossScale: 0.5,
      frequencyArea: nil, contrastiveWeight: 0, consistencyWeight: 0)
    return [preTraining, selfTraining]
  }
}
