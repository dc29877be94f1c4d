/// The 8-connected components of a mask.
public struct Components: Equatable, Sendable {
  public let width: Int
  public let height: Int
  /// [height, width]: 0 in the background, else the component's number from 1, in raster order of
  /// first pixels.
  public let labels: [Int32]
  /// Pixels of each component: component n at n − 1.
  public let sizes: [Int]

  /// - Parameter mask: [height, width], not zero in the foreground
  public init(of mask: [UInt8], width: Int, height: Int) {
    precondition(mask.count == width * height, "the mask does not fit its size")
    var components = ComponentRuns(width: width, height: height)
    mask.withUnsafeBufferPointer { mask in
      guard let mask = mask.baseAddress else { return }
      components.scan(mask)
    }
    var labels = [Int32](repeating: 0, count: mask.count)
    var sizes: [Int] = []
    for (index, run) in components.runs.enumerated() {
      if run.parent == index { sizes.append(Int(run.size)) }
      // A component's first run comes first, so its label is there already.
      let first = Int(components.runs[Int(run.parent)].start)
      let label = run.parent == index ? Int32(sizes.count) : labels[first]
      for pixel in run.start..<run.end {
        labels[Int(pixel)] = label
      }
    }
    self.width = width
    self.height = height
    self.labels = labels
    self.sizes = sizes
  }
}
