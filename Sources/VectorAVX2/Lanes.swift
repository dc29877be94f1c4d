/// 8 lanes: AVX2 and FMA (x86-64-v3).
public typealias Vector = SIMD8<Float>
typealias Words = SIMD8<UInt32>
typealias WordPairs = SIMD4<UInt64>
typealias HalfWords = SIMD8<UInt16>
typealias Integers = SIMD8<Int32>
