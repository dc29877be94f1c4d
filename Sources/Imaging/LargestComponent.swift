/// Keeps the largest 8-connected component of a mask. Scratch is reserved once, so that a training
/// step allocates nothing.
public struct LargestComponent: Sendable {
  public let width: Int
  public let height: Int
  /// Parent of each provisional label; a root is its own parent.
  private var parents: [Int32]
  private var sizes: [Int32]
  private var labels: [Int32]

  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
    labels = [Int32](repeating: 0, count: width * height)
    parents = [Int32](repeating: 0, count: width * height / 2 + 2)
    sizes = parents
  }

  /// Clears everything but the largest component; of equal ones the first in raster order stays.
  /// - Parameter mask: [height][width], foreground is anything but 0 and becomes 1.
  public mutating func keepLargest(in mask: UnsafeMutableBufferPointer<UInt8>) {
    precondition(mask.count == width * height, "the mask has another size")
    let count = label(mask)
    var best: Int32 = 0
    for label in 1..<max(count, 1) where parents[label] == label {
      // Labels grow in raster order of first sight, so the earlier of two equals is found first.
      if best == 0 || sizes[label] > sizes[Int(best)] { best = Int32(label) }
    }
    for k in mask.indices { mask[k] = labels[k] != 0 && root(labels[k]) == best ? 1 : 0 }
  }

  /// Gives every pixel a provisional label and joins those that touch; returns labels + 1.
  private mutating func label(_ mask: UnsafeMutableBufferPointer<UInt8>) -> Int {
    var next = 1
    for y in 0..<height {
      for x in 0..<width {
        let place = y * width + x
        labels[place] = 0
        guard mask[place] != 0 else { continue }
        var found: Int32 = 0
        if x > 0 { found = joined(found, labels[place - 1]) }
        if y > 0 {
          if x > 0 { found = joined(found, labels[place - width - 1]) }
          found = joined(found, labels[place - width])
          if x + 1 < width { found = joined(found, labels[place - width + 1]) }
        }
        if found == 0 {
          found = Int32(next)
          if next >= parents.count {
            parents.append(0)
            sizes.append(0)
          }
          parents[next] = found
          sizes[next] = 0
          next += 1
        }
        labels[place] = found
        sizes[Int(found)] += 1
      }
    }
    return next
  }

  private mutating func joined(_ a: Int32, _ b: Int32) -> Int32 {
    if b == 0 { return a }
    let second = root(b)
    if a == 0 || a == second { return second }
    let first = root(a)
    if first == second { return first }
    let (low, high) = (min(first, second), max(first, second))
    parents[Int(high)] = low
    sizes[Int(low)] += sizes[Int(high)]
    return low
  }

  private mutating func root(_ label: Int32) -> Int32 {
    var current = label
    while parents[Int(current)] != current {
      parents[Int(current)] = parents[Int(parents[Int(current)])]
      current = parents[Int(current)]
    }
    return current
  }
}
