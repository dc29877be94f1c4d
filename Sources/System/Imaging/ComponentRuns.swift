/// The horizontal runs of a mask, joined into 8-connected components: the first pass of run-based
/// two-pass labelling (He, Chao, Suzuki: IEEE TIP 17(5), 2008). Memory for the worst mask of the
/// size is reserved once.
struct ComponentRuns {
  struct Run {
    /// Row-major index of its first pixel.
    var start: Int32
    /// One past its last pixel.
    var end: Int32
    /// A run of the same component that comes no later; itself for the component's first run.
    var parent: Int32
    /// Pixels of the component, counted at its first run.
    var size: Int32
  }

  let width: Int
  let height: Int
  private(set) var runs: [Run] = []

  init(width: Int, height: Int) {
    precondition(
      width > 0 && height > 0 && width <= Int(Int32.max) / height, "not a size of a mask")
    self.width = width
    self.height = height
    runs.reserveCapacity((width + 1) / 2 * height)
  }

  /// - Parameter mask: `width * height` bytes, not zero in the foreground
  mutating func scan(_ mask: UnsafePointer<UInt8>) {
    runs.removeAll(keepingCapacity: true)
    var previous = 0..<0
    for y in 0..<height {
      let begin = runs.count
      appendRuns(of: mask, row: y)
      join(begin..<runs.count, with: previous)
      previous = begin..<runs.count
    }
    for index in runs.indices {
      let root = root(of: Int32(index))
      runs[index].parent = root
      if root != index {
        runs[Int(root)].size += runs[index].size
      }
    }
  }

  private mutating func appendRuns(of mask: UnsafePointer<UInt8>, row: Int) {
    let end = (row + 1) * width
    var x = row * width
    while true {
      while x < end && mask[x] == 0 { x += 1 }
      if x == end { return }
      let start = x
      while x < end && mask[x] != 0 { x += 1 }
      runs.append(
        Run(start: Int32(start), end: Int32(x), parent: Int32(runs.count), size: Int32(x - start)))
    }
  }

  /// Both ranges are ordered; a run touches another if they overlap when widened by a pixel.
  private mutating func join(_ current: Range<Int>, with previous: Range<Int>) {
    let line = Int32(width)
    var above = previous.lowerBound
    for index in current {
      let start = runs[index].start - line
      let end = runs[index].end - line
      while above < previous.upperBound && runs[above].end < start { above += 1 }
      var touching = above
      while touching < previous.upperBound && runs[touching].start <= end {
        unite(Int32(index), Int32(touching))
        touching += 1
      }
    }
  }

  private mutating func unite(_ first: Int32, _ second: Int32) {
    let a = root(of: first)
    let b = root(of: second)
    runs[Int(max(a, b))].parent = min(a, b)
  }

  private mutating func root(of run: Int32) -> Int32 {
    var run = run
    while runs[Int(run)].parent != run {
      let grandparent = runs[Int(runs[Int(run)].parent)].parent
      runs[Int(run)].parent = grandparent
      run = grandparent
    }
    return run
  }
}
