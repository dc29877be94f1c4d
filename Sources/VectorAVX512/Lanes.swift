/// 16 lanes: AVX-512 (x86-64-v4).
public typealias Vector = SIMD16<Float>
typealias Words = SIMD16<UInt32>
typealias WordPairs = SIMD8<UInt64>
typealias HalfWords = SIMD16<UInt16>
typealias Integers = SIMD16<Int32>
