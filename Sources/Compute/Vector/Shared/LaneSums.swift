/// The lane sums of eight registers, in order, each as the sums of its halves of eight lanes: in a
/// register of 16 lanes the lower half's, then the upper half's; in one of 8 its own.
@inline(__always)
func laneSums(
  _ v0: Vector, _ v1: Vector, _ v2: Vector, _ v3: Vector, _ v4: Vector, _ v5: Vector, _ v6: Vector,
  _ v7: Vector
) -> Vector {
  unsafeBitCast(
    foldedEighths(
      foldedQuarters(foldedPairs(v0, v1), foldedPairs(v2, v3)),
      foldedQuarters(foldedPairs(v4, v5), foldedPairs(v6, v7))), to: Vector.self)
}

// Three steps of a sum that transposes: each halves the terms and puts those of b beside those of a.
// From the second on they move 64-bit words, which the compiler keeps in whole registers.

/// In each four lanes: a₀ + a₂, b₀ + b₂, a₁ + a₃, b₁ + b₃.
@inline(__always)
private func foldedPairs(_ a: Vector, _ b: Vector) -> WordPairs {
  var low = Vector.zero
  var high = Vector.zero
  for lane in stride(from: 0, to: Vector.scalarCount, by: 4) {
    low[lane] = a[lane]
    low[lane + 1] = b[lane]
    low[lane + 2] = a[lane + 1]
    low[lane + 3] = b[lane + 1]
    high[lane] = a[lane + 2]
    high[lane + 1] = b[lane + 2]
    high[lane + 2] = a[lane + 3]
    high[lane + 3] = b[lane + 3]
  }
  return unsafeBitCast(low + high, to: WordPairs.self)
}

/// In each two pairs: a₀ + a₁, b₀ + b₁.
@inline(__always)
private func foldedQuarters(_ a: WordPairs, _ b: WordPairs) -> WordPairs {
  var low = WordPairs.zero
  var high = WordPairs.zero
  for pair in stride(from: 0, to: WordPairs.scalarCount, by: 2) {
    low[pair] = a[pair]
    low[pair + 1] = b[pair]
    high[pair] = a[pair + 1]
    high[pair + 1] = b[pair + 1]
  }
  return sum(low, high)
}

/// In each four pairs: a₀ + a₂, a₁ + a₃, b₀ + b₂, b₁ + b₃.
@inline(__always)
private func foldedEighths(_ a: WordPairs, _ b: WordPairs) -> WordPairs {
  var low = WordPairs.zero
  var high = WordPairs.zero
  for pair in stride(from: 0, to: WordPairs.scalarCount, by: 4) {
    low[pair] = a[pair]
    low[pair + 1] = a[pair + 1]
    low[pair + 2] = b[pair]
    low[pair + 3] = b[pair + 1]
    high[pair] = a[pair + 2]
    high[pair + 1] = a[pair + 3]
    high[pair + 2] = b[pair + 2]
    high[pair + 3] = b[pair + 3]
  }
  return sum(low, high)
}

@inline(__always)
private func sum(_ a: WordPairs, _ b: WordPairs) -> WordPairs {
  unsafeBitCast(
    unsafeBitCast(a, to: Vector.self) + unsafeBitCast(b, to: Vector.self), to: WordPairs.self)
}
