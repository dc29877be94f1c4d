/// 8 lanes: AVX2 and FMA (x86-64-v3).
public typealias Vector = SIMD8<Float>
typealias Words = SIMD8<UInt32>
typealias WordPairs = SIMD4<UInt64>
typealias HalfWords = SIMD8<UInt16>
typealias Integers = SIMD8<Int32>

/// Tiles that a register block of the Winograd products may hold, and bytes of transforms at a time.
let winogradGroups = 4...6
let winogradChunkBytes = 1 << 19

/// Input channels that a register block of the Winograd weight gradient holds, and bytes of
/// transforms at a time.
let winogradGradientRows = 4
let winogradGradientChunkBytes = 1 << 20

/// Sum of the parts of eight lanes.
@inline(__always)
func eightSums(_ pairs: WordPairs) -> SIMD8<Float> { unsafeBitCast(pairs, to: Vector.self) }
