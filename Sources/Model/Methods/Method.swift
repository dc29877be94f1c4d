/// A way to train: what its phases mix and which losses they have.
public protocol Method: Sendable {
  /// The plans of its phases, in order.
  /// - Parameter batchSize: images of a step over all ranks, a multiple of 4.
  func phases(imageSize: Int, batchSize: Int) -> [PhasePlan]
}

/// Mixtures that several methods share.
enum Mixing {
  /// P/2 mixtures of two labeled images: k is the base, k + P/2 the patch.
  static func labeledPairs(batchSize: Int) -> [Mixture] {
    let half = batchSize / 4
    return (0..<half).map { k in
      Mixture(base: BatchSlot(.labeled, k), patch: BatchSlot(.labeled, k + half), group: 0)
    }
  }

  /// Labeled images as they are: each a mixture with itself, for a mask without patches.
  static func labeledAlone(count: Int) -> [Mixture] {
    (0..<count).map {
      Mixture(base: BatchSlot(.labeled, $0), patch: BatchSlot(.labeled, $0), group: 0)
    }
  }

  /// P mixtures of labeled k and unlabeled k: the first half unlabeled-based, the second
  /// labeled-based.
  static func crossedPairs(batchSize: Int) -> [Mixture] {
    let pairs = batchSize / 2
    return (0..<pairs).map { k in
      let labeled = BatchSlot(.labeled, k)
      let unlabeled = BatchSlot(.unlabeled, k)
      return k < pairs / 2
        ? Mixture(base: unlabeled, patch: labeled, group: 0)
        : Mixture(base: labeled, patch: unlabeled, group: 1)
    }
  }

  /// Weights of the crossed pairs: 1 for a label, `pseudo` for a pseudo-label.
  static func crossedGroups(pseudo: Double) -> [MixtureGroup] {
    [
      MixtureGroup(name: "ul", weights: .init(base: pseudo, patch: 1)),
      MixtureGroup(name: "lu", weights: .init(base: 1, patch: pseudo)),
    ]
  }
}
