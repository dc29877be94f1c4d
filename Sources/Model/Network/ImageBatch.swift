import VectorInterface

/// Which images a pass forwards and how they are grouped: batch norm takes its statistics over a
/// whole group, wherever its images are.
public struct ImageBatch: Sendable {
  /// Group of each image of this rank.
  public var groups: [Int]
  /// Images in each group over all ranks.
  public var globalGroupSizes: [Int]
  /// Names each image of this rank to the dropout generator, the same on every rank layout.
  public var samples: [UInt32]
  public var dropoutKey: SIMD2<UInt32>
  public var iteration: Int

  public init(
    groups: [Int], globalGroupSizes: [Int], samples: [UInt32], dropoutKey: SIMD2<UInt32>,
    iteration: Int
  ) {
    self.groups = groups
    self.globalGroupSizes = globalGroupSizes
    self.samples = samples
    self.dropoutKey = dropoutKey
    self.iteration = iteration
  }

  /// Images of the pass over all ranks.
  var globalCount: Int { globalGroupSizes.reduce(0, +) }
}
