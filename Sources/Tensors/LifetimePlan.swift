/// Lays out blocks of memory that live at different times in as little space as a greedy first fit
/// finds: blocks whose lifetimes overlap never share a byte.
public struct LifetimePlan: Sendable {
  /// A block: its size in elements, and the first and last moment at which it is used.
  public struct Block: Sendable {
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

  /// - Parameter alignment: in elements; every offset is a multiple of it. Sizes are rounded up to
  ///   an odd multiple, so that equal blocks do not start at the same cache set.
  public init(_ blocks: [Block], alignment: Int = 64) {
    var offsets = [Int](repeating: 0, count: blocks.count)
    var placed: [Int] = []
    var total = 0
    let sizes = blocks.map { (($0.count + alignment - 1) / alignment | 1) * alignment }
    let order = blocks.indices.sorted { (sizes[$0], $1) > (sizes[$1], $0) }
    for index in order {
      let rivals = placed.filter {
        blocks[$0].first <= blocks[index].last && blocks[index].first <= blocks[$0].last
      }.sorted { offsets[$0] < offsets[$1] }
      var offset = 0
      for rival in rivals where offsets[rival] < offset + sizes[index] {
        offset = max(offset, offsets[rival] + sizes[rival])
      }
      offsets[index] = offset
      total = max(total, offset + sizes[index])
      placed.append(index)
    }
    self.offsets = offsets
    self.total = total
  }
}
