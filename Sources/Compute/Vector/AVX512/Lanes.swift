/// 16 lanes: AVX-512 (x86-64-v4).
public typealias Vector = SIMD16<Float>
typealias Words = SIMD16<UInt32>
typealias WordPairs = SIMD8<UInt64>
typealias HalfWords = SIMD16<UInt16>
typealias Integers = SIMD16<Int32>

/// Tiles that a register block of the Winograd products may hold, and bytes of transforms at a time.
let winogradGroups = 6...14
let winogradChunkBytes = 1 << 19

/// Input channels that a register block of the Winograd weight gradient holds, and bytes of
/// transforms at a time.
let winogradGradientRows = 8
let winogradGradientChunkBytes = 1 << 20

/// Sum of the parts of eight lanes.
@inline(__always)
func eightSums(_ pairs: WordPairs) -> SIMD8<Float> {
  unsafeBitCast(pairs.lowHalf, to: SIMD8<Float>.self)
    + unsafeBitCast(pairs.highHalf, to: SIMD8<Float>.self)
}
