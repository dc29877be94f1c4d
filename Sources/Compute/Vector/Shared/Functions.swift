import VectorInterface

// Elementary functions of our own: a C library may round them differently from machine to machine.

/// 2ˣ for x in [-126, 126], error below 2 ulp (degree-6 polynomial on [-½, ½]).
@inline(__always)
func exp2(_ x: Vector) -> Vector {
  let magic = Vector(repeating: 0x1.8p23)
  let shifted = x + magic
  let whole = shifted - magic
  let r = x - whole
  var p = Vector(repeating: 1.540353e-4)
  p = Vector(repeating: 1.3333558e-3).addingProduct(p, r)
  p = Vector(repeating: 9.6181291e-3).addingProduct(p, r)
  p = Vector(repeating: 5.5504109e-2).addingProduct(p, r)
  p = Vector(repeating: 2.4022651e-1).addingProduct(p, r)
  p = Vector(repeating: 6.9314718e-1).addingProduct(p, r)
  p = Vector(repeating: 1).addingProduct(p, r)
  let exponent = unsafeBitCast(shifted, to: Integers.self) &<< 23
  return unsafeBitCast(unsafeBitCast(p, to: Integers.self) &+ exponent, to: Vector.self)
}

/// eˣ for x ≤ 0; below -87 the result is that of -87.
@inline(__always)
func expOfNonPositive(_ x: Vector) -> Vector {
  let lowest = Vector(repeating: -87)
  let clamped = x.replacing(with: lowest, where: x .< lowest)
  // x·log₂e in two parts, so that the product keeps its last bits.
  let scaled = clamped * 1.44269504
  let magic = Vector(repeating: 0x1.8p23)
  let whole = (scaled + magic) - magic
  var r = clamped.addingProduct(whole, Vector(repeating: -0.693359375))
  r = r.addingProduct(whole, Vector(repeating: 2.12194440e-4))
  var p = Vector(repeating: 1.9875691e-4)
  p = Vector(repeating: 1.3981999e-3).addingProduct(p, r)
  p = Vector(repeating: 8.3334519e-3).addingProduct(p, r)
  p = Vector(repeating: 4.1665796e-2).addingProduct(p, r)
  p = Vector(repeating: 1.6666665e-1).addingProduct(p, r)
  p = Vector(repeating: 5.0000001e-1).addingProduct(p, r)
  p = (r + 1).addingProduct(p, r * r)
  let exponent = unsafeBitCast(scaled + magic, to: Integers.self) &<< 23
  return unsafeBitCast(unsafeBitCast(p, to: Integers.self) &+ exponent, to: Vector.self)
}

/// 2·artanh(s) for |s| ≤ 1/3, relative error below 1e-7.
@inline(__always)
func twiceArtanh(_ s: Vector) -> Vector {
  let square = s * s
  var p = Vector(repeating: 2.0 / 13)
  p = Vector(repeating: 2.0 / 11).addingProduct(p, square)
  p = Vector(repeating: 2.0 / 9).addingProduct(p, square)
  p = Vector(repeating: 2.0 / 7).addingProduct(p, square)
  p = Vector(repeating: 2.0 / 5).addingProduct(p, square)
  p = Vector(repeating: 2.0 / 3).addingProduct(p, square)
  return (s + s).addingProduct(p, square * s)
}

/// log(1 + e) for e in [0, 1].
@inline(__always)
func logOfOnePlus(_ e: Vector) -> Vector { twiceArtanh(e / (e + 2)) }

/// Natural logarithm of positive normal numbers.
@inline(__always)
func log(_ x: Vector) -> Vector {
  let bits = unsafeBitCast(x, to: Integers.self)
  let half = Integers(repeating: 0x3F35_04F3)  // √½
  let exponent = (bits &- half) &>> 23
  let mantissa = unsafeBitCast(bits &- (exponent &<< 23), to: Vector.self)
  let magic = Integers(repeating: 0x4B40_0000)  // 1.5·2²³ as bits: integer to float by addition
  let whole = unsafeBitCast(exponent &+ magic, to: Vector.self) - Vector(repeating: 0x1.8p23)
  let fraction = twiceArtanh((mantissa - 1) / (mantissa + 1))
  return fraction.addingProduct(whole, Vector(repeating: 0.69314718))
}
