/// A register: 16 lanes with AVX-512 (x86-64-v4), a block of channels.
public typealias Vector = SIMD16<Float>
typealias Words = SIMD16<UInt32>
typealias WordPairs = SIMD8<UInt64>
typealias HalfWords = SIMD16<UInt16>
typealias Integers = SIMD16<Int32>

// How much a register block holds. None of it decides a bit.

/// Tiles of the Winograd products, and bytes of transforms that are made at a time.
let winogradGroups = 6...14
let winogradChunkBytes = 640 << 10

/// Pixels of a 1 × 1 convolution.
let pointwiseGroup = 8
typealias PointwiseGroup = TileGroup<8>

/// Input channels of a weight gradient.
let gradientRows = 8

/// Keeps the sums of eight lanes that `laneSums` makes of a block.
@inline(__always)
func setHalves(
  _ sums: Vector, _ part: Int, _ halves: inout (low: SIMD8<Float>, high: SIMD8<Float>)
) {
  halves = (sums.lowHalf, sums.highHalf)
}
