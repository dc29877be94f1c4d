/// The losses of one step, over the global batch.
public struct StepLosses: Sendable, Equatable {
  /// Cross-entropy and Dice of each group of mixtures, in the plan's order.
  public struct Group: Sendable, Equatable {
    public var name: String
    public var crossEntropy: Double
    public var dice: Double
  }

  public var groups: [Group]
  /// The mix loss: the plan's scale times the sum over groups.
  public var mix: Double
  /// Before their weights; zero where the phase has none.
  public var contrastive: Double
  public var consistency: Double
  /// What the gradient is of.
  public var total: Double

  /// Names and values for logs, the total first.
  public var entries: [(name: String, value: Double)] {
    var list = [("total", total)]
    for group in groups {
      list.append(("ce_\(group.name)", group.crossEntropy))
      list.append(("dice_\(group.name)", group.dice))
    }
    let hasOthers = contrastive != 0 || consistency != 0
    if groups.count > 1 && hasOthers { list.append(("mss", mix)) }
    if contrastive != 0 { list.append(("contrastive", contrastive)) }
    if consistency != 0 { list.append(("consistency", consistency)) }
    return list
  }
}
