/// Finds the largest 8-connected component of masks of one size; of equally large ones, the one
/// that comes first in raster order. Allocates only when it is made.
public struct LargestComponent: Sendable {
  private var components: ComponentRuns

  public init(width: Int, height: Int) {
    components = ComponentRuns(width: width, height: height)
  }

  /// Writes 1 in the largest component and 0 elsewhere.
  ///
  /// - Parameters:
  ///   - mask: [height, width], not zero in the foreground
  ///   - result: [height, width]; may be `mask` itself
  /// - Returns: the component's size in pixels, 0 for an empty mask
  @discardableResult
  public mutating func find(
    in mask: UnsafePointer<UInt8>, into result: UnsafeMutablePointer<UInt8>
  ) -> Int {
    components.scan(mask)
    result.update(repeating: 0, count: components.width * components.height)
    var largest: (root: Int32, size: Int32) = (-1, 0)
    for (index, run) in components.runs.enumerated()
    where run.parent == index && run.size > largest.size {
      largest = (run.parent, run.size)
    }
    for run in components.runs where run.parent == largest.root {
      (result + Int(run.start)).update(repeating: 1, count: Int(run.end - run.start))
    }
    return Int(largest.size)
  }

  /// Leaves only the largest component.
  @discardableResult
  public mutating func keep(in mask: UnsafeMutablePointer<UInt8>) -> Int {
    find(in: mask, into: mask)
  }
}

/// The largest 8-connected component of a mask as a mask of 0 and 1; see `LargestComponent`.
public func largestComponent(of mask: [UInt8], width: Int, height: Int) -> [UInt8] {
  precondition(mask.count == width * height, "the mask does not fit its size")
  var finder = LargestComponent(width: width, height: height)
  return [UInt8](unsafeUninitializedCapacity: mask.count) { buffer, count in
    count = mask.count
    guard let result = buffer.baseAddress else { return }
    mask.withUnsafeBufferPointer { mask in
      guard let mask = mask.baseAddress else { return }
      finder.find(in: mask, into: result)
    }
  }
}
