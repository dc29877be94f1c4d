/// Lays out blocks of memory that live at different times in as little space as a greedy first fit
/// finds: what lives at the same time never shares a byte.
public struct LifetimePlan: Sendable {
  /// Neighbouring parts that lie one after the other, each with a lifetime of its own.
  public struct Block: Sendable {
    public var parts: [Part]

    public init(parts: [Part]) { self.parts = parts }

    public init(count: Int, first: Int, last: Int) {
      parts = [Part(count: count, first: first, last: last)]
    }

    fileprivate var count: Int { parts.reduce(0) { $0 + $1.count } }
  }

  /// A size in elements, and the first and last moment at which it is used.
  public struct Part: Sendable {
    public var count: Int
    public var first: Int
    public var last: Int

    public init(count: Int, first: Int, last: Int) {
      self.count = count
      self.first = first
      self.last = last
    }
  }

  /// Start of each block in elements, in the order given.
  public let offsets: [Int]
  /// Elements needed.
  public let total: Int

  /// A part in its place.
  private struct Placed {
    let range: Range<Int>
    let part: Part

    func conflicts(with other: Placed) -> Bool {
      range.overlaps(other.range) && part.first <= other.part.last
        && other.part.first <= part.last
    }
  }

  /// - Parameter alignment: in elements; every offset is a multiple of it. Sizes are rounded up to
  ///   an odd multiple, so that equal blocks do not start at the same cache set.
  public init(_ blocks: [Block], alignment: Int = 64) {
    var offsets = [Int](repeating: 0, count: blocks.count)
    var placed: [Placed] = []
    let sizes = blocks.map { (($0.count + alignment - 1) / alignment | 1) * alignment }
    let order = blocks.indices.sorted { (sizes[$0], $1) > (sizes[$1], $0) }
    for index in order {
      let candidates = [0] + placed.map(\.range.upperBound).sorted()
      for offset in candidates where offset % alignment == 0 {
        let wanted = Self.place(blocks[index], at: offset, size: sizes[index])
        guard !wanted.contains(where: { new in placed.contains { $0.conflicts(with: new) } })
        else { continue }
        offsets[index] = offset
        placed += wanted
        break
      }
    }
    self.offsets = offsets
    total = placed.map(\.range.upperBound).max() ?? 0
  }

  /// The parts from `offset` on; the last takes the block's rounding.
  private static func place(_ block: Block, at offset: Int, size: Int) -> [Placed] {
    var start = offset
    return block.parts.enumerated().map { index, part in
      let end = index == block.parts.count - 1 ? offset + size : start + part.count
      defer { start = end }
      return Placed(range: start..<end, part: part)
    }
  }
}
