import VectorInterface

/// Sums of `gradientRows` input channels with one register of outputs; they stay in registers.
private struct RowSums {
  private var v0 = Vector.zero
  private var v1 = Vector.zero
  private var v2 = Vector.zero
  private var v3 = Vector.zero
  private var v4 = Vector.zero
  private var v5 = Vector.zero
  private var v6 = Vector.zero
  private var v7 = Vector.zero

  @inline(__always)
  init() {}

  @inline(__always)
  mutating func add(_ inputs: Floats, _ gradient: Vector) {
    v0.addProduct(Vector(repeating: inputs[0]), gradient)
    v1.addProduct(Vector(repeating: inputs[1]), gradient)
    v2.addProduct(Vector(repeating: inputs[2]), gradient)
    v3.addProduct(Vector(repeating: inputs[3]), gradient)
    guard gradientRows == 8 else { return }
    v4.addProduct(Vector(repeating: inputs[4]), gradient)
    v5.addProduct(Vector(repeating: inputs[5]), gradient)
    v6.addProduct(Vector(repeating: inputs[6]), gradient)
    v7.addProduct(Vector(repeating: inputs[7]), gradient)
  }

  /// For two registers of outputs, channel by channel, so that one value at a time has a register.
  @inline(__always)
  mutating func add(
    _ inputs: Floats, _ gradient: Vector, with other: inout RowSums, _ otherGradient: Vector
  ) {
    addBoth(&v0, gradient, &other.v0, otherGradient, inputs[0])
    addBoth(&v1, gradient, &other.v1, otherGradient, inputs[1])
    addBoth(&v2, gradient, &other.v2, otherGradient, inputs[2])
    addBoth(&v3, gradient, &other.v3, otherGradient, inputs[3])
    guard gradientRows == 8 else { return }
    addBoth(&v4, gradient, &other.v4, otherGradient, inputs[4])
    addBoth(&v5, gradient, &other.v5, otherGradient, inputs[5])
    addBoth(&v6, gradient, &other.v6, otherGradient, inputs[6])
    addBoth(&v7, gradient, &other.v7, otherGradient, inputs[7])
  }

  /// Writes the sums, or adds them to those of earlier chunks.
  @inline(__always)
  func store(into target: MutableFloats, rowStride: Int, isFirst: Bool) {
    put(v0, target, isFirst)
    put(v1, target + rowStride, isFirst)
    put(v2, target + 2 * rowStride, isFirst)
    put(v3, target + 3 * rowStride, isFirst)
    guard gradientRows == 8 else { return }
    put(v4, target + 4 * rowStride, isFirst)
    put(v5, target + 5 * rowStride, isFirst)
    put(v6, target + 6 * rowStride, isFirst)
    put(v7, target + 7 * rowStride, isFirst)
  }
}

@inline(__always)
private func addBoth(
  _ first: inout Vector, _ g0: Vector, _ second: inout Vector, _ g1: Vector, _ value: Float
) {
  let value = Vector(repeating: value)
  first.addProduct(value, g0)
  second.addProduct(value, g1)
}

@inline(__always)
private func put(_ value: Vector, _ target: MutableFloats, _ isFirst: Bool) {
  store(isFirst ? value : load(target, 0) + value, target, 0)
}

/// Adds Σ over positions (tiles or pixels) of input · gradient for each pair of channels to `sums`
/// [inBlocks · lanes][outBlocks · lanes]: each sum in the order of the positions, then added to what
/// earlier chunks made.
/// - Parameters:
///   - inputs, gradients: [blocks][positions][lanes], blocks `inputStride` and `gradientStride` values
///     apart.
///   - isFirst: whether `sums` hold nothing yet.
@inline(never)
func addCorrelation(
  _ inputs: Floats, _ gradients: Floats, count: Int, inBlocks: Int, outBlocks: Int,
  inputStride: Int, gradientStride: Int, isFirst: Bool, into sums: MutableFloats
) {
  let rowStride = outBlocks * lanes
  let vectors = outBlocks * vectorsPerBlock
  for channel in stride(from: 0, to: inBlocks * lanes, by: gradientRows) {
    let source = inputs + channel / lanes * inputStride + channel % lanes
    for vector in stride(from: 0, to: vectors, by: 2) {
      correlateVectors(
        source, gradients, vector: vector, width: min(2, vectors - vector), count: count,
        gradientStride: gradientStride, isFirst: isFirst,
        into: sums + channel * rowStride + vector * vectorLanes, rowStride: rowStride)
    }
  }
}

/// Some input channels with `width` registers of outputs, one or two.
@inline(__always)
func correlateVectors(
  _ inputs: Floats, _ gradients: Floats, vector: Int, width: Int, count: Int, gradientStride: Int,
  isFirst: Bool, into target: MutableFloats, rowStride: Int
) {
  @inline(__always)
  func gradient(_ vector: Int) -> Floats {
    gradients + vector / vectorsPerBlock * gradientStride + vector % vectorsPerBlock * vectorLanes
  }
  if width == 2 {
    correlatePair(
      inputs, gradient(vector), gradient(vector + 1), count: count, isFirst: isFirst, into: target,
      rowStride: rowStride)
  } else {
    correlateSingle(
      inputs, gradient(vector), count: count, isFirst: isFirst, into: target,
      rowStride: rowStride)
  }
}

/// Some input channels with two registers of outputs, over the positions of a chunk.
@inline(__always)
private func correlatePair(
  _ inputs: Floats, _ first: Floats, _ second: Floats, count: Int, isFirst: Bool,
  into target: MutableFloats, rowStride: Int
) {
  var sums = RowSums()
  var others = RowSums()
  for position in 0..<count {
    let place = position * lanes
    sums.add(inputs + place, load(first + place, 0), with: &others, load(second + place, 0))
  }
  sums.store(into: target, rowStride: rowStride, isFirst: isFirst)
  others.store(into: target + vectorLanes, rowStride: rowStride, isFirst: isFirst)
}

/// The same with one register of outputs.
@inline(__always)
private func correlateSingle(
  _ inputs: Floats, _ gradients: Floats, count: Int, isFirst: Bool, into target: MutableFloats,
  rowStride: Int
) {
  var sums = RowSums()
  for position in 0..<count {
    sums.add(inputs + position * lanes, load(gradients + position * lanes, 0))
  }
  sums.store(into: target, rowStride: rowStride, isFirst: isFirst)
}
