/// A register: 8 lanes with AVX2 and FMA (x86-64-v3), so that a block of channels is two of them.
public typealias Vector = SIMD8<Float>
typealias Words = SIMD8<UInt32>
typealias WordPairs = SIMD4<UInt64>
typealias HalfWords = SIMD8<UInt16>
typealias Integers = SIMD8<Int32>

// How much a register block holds. None of it decides a bit.

/// Tiles of the Winograd products, and bytes of transforms that are made at a time.
let winogradGroups = 4...6
let winogradChunkBytes = 640 << 10

/// Pixels of a 1 × 1 convolution.
let pointwiseGroup = 4
typealias PointwiseGroup = TileGroup<4>

/// Input channels of a weight gradient.
let gradientRows = 4

/// Keeps the sums of eight lanes that `laneSums` makes of part `part` of a block.
@inline(__always)
func setHalves(
  _ sums: Vector, _ part: Int, _ halves: inout (low: SIMD8<Float>, high: SIMD8<Float>)
) {
  if part == 0 { halves.low = sums } else { halves.high = sums }
}
