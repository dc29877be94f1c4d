import RandomNumbers

/// How the mixing mask of an iteration is drawn: squares of patch (0) on a field of base (1), shared
/// by all mixtures of the step.
public struct MaskPlan: Sendable {
  /// Squares of one size.
  public struct Patches: Sendable {
    public var count: Int
    public var side: Int

    public init(count: Int, side: Int) {
      self.count = count
      self.side = side
    }
  }

  public var size: Int
  public var patches: [Patches]

  public init(size: Int, patches: [Patches]) {
    self.size = size
    self.patches = patches
  }

  /// The mask of one iteration, [size][size] of 0 and 1; corners are uniform in [0, size − side).
  public func draw(seed: UInt64, phase: Phase, iteration: Int) -> [Float] {
    var stream = RandomStream(
      seed: seed, purpose: .switchMask, iteration: iteration, slot: phase.stream)
    var mask = [Float](repeating: 1, count: size * size)
    for group in patches where group.side < size {
      for _ in 0..<group.count {
        let top = stream.integer(below: size - group.side)
        let left = stream.integer(below: size - group.side)
        for y in top..<(top + group.side) {
          for x in left..<(left + group.side) { mask[y * size + x] = 0 }
        }
      }
    }
    return mask
  }
}
