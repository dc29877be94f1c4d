import CMemory
import VectorInterface

/// Bytes of each block of an input that will be read soon. Memory is slow where the arithmetic is not:
/// they come into the cache while products are made. A hint: it decides no value.
struct Prefetch {
  /// Of a block.
  let bytes: Range<Int>
  /// From one block to the next.
  let blockStride: Int

  private static let line = 64

  /// Asks for one of `count` parts.
  func run(_ input: ConvolutionInput, part: Int, of count: Int) {
    let share = (bytes.count / count + Self.line - 1) / Self.line * Self.line
    let start = bytes.lowerBound + part * share
    let range = min(start, bytes.upperBound)..<min(start + share, bytes.upperBound)
    run(input.first, range)
    if let second = input.second { run(second, range) }
  }

  private func run(_ input: InputMap, _ range: Range<Int>) {
    for block in 0..<input.blocks {
      run(input.map + block * blockStride, range)
      if case .normalizationGradient(let gradient) = input.reading {
        run(gradient.y + block * blockStride, range)
      }
    }
  }

  private func run(_ map: Map, _ range: Range<Int>) {
    for offset in stride(from: range.lowerBound, to: range.upperBound, by: Self.line) {
      switch_dist_prefetch(map + offset)
    }
  }
}
