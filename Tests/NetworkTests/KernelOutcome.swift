/// What a kernel has written, to be compared bit by bit.
struct KernelOutcome {
  private(set) var bits: [UInt64] = []
  /// Whether all is finite: two NaNs say nothing, whatever their bits.
  private(set) var isFinite = true
  /// Whether there is anything but zeros.
  var isTelling: Bool { bits.contains { $0 != 0 } }

  mutating func add(_ values: [Float]) {
    bits += values.map { UInt64($0.bitPattern) }
    isFinite = isFinite && values.allSatisfy(\.isFinite)
  }

  mutating func add(_ values: [Double]) {
    bits += values.map(\.bitPattern)
    isFinite = isFinite && values.allSatisfy(\.isFinite)
  }

  mutating func add(_ values: [some FixedWidthInteger]) {
    bits += values.map { UInt64(truncatingIfNeeded: $0) }
  }
}
