import VectorInterface

/// The number of tiles or pixels that are multiplied at a time, as a type: each gets code of its own.
enum TileGroup<let size: Int> {}

/// products[outBlocks][tiles][lanes] = values[inBlocks][tiles][lanes] · weights for one group of
/// tiles; weights are [pairs of registers][inputs][registers of the pair][their lanes]. Each sum runs
/// over the input channels in order, so it does not depend on the number of tiles.
/// - Parameter blockStride: values from one block of inputs to the next.
@inline(__always)
func multiplyTiles<let size: Int>(
  _ values: Floats, blockStride: Int, _ weights: Floats, into products: MutableFloats,
  group: TileGroup<size>.Type, inBlocks: Int, outBlocks: Int
) {
  let vectors = outBlocks * vectorsPerBlock
  @inline(__always)
  func target(_ vector: Int) -> MutableFloats {
    products + vector / vectorsPerBlock * size * lanes + vector % vectorsPerBlock * vectorLanes
  }
  var vector = 0
  while vector + 2 <= vectors {
    multiplyPair(
      values, blockStride: blockStride, weights + vector * inBlocks * lanes * vectorLanes,
      target(vector), target(vector + 1), group: group, inBlocks: inBlocks)
    vector += 2
  }
  if vector < vectors {
    multiplySingle(
      values, blockStride: blockStride, weights + vector * inBlocks * lanes * vectorLanes,
      target(vector), group: group, inBlocks: inBlocks)
  }
}

/// Two registers of outputs share each value that is loaded; weights are [inputs][2][lanes].
@inline(__always)
private func multiplyPair<let size: Int>(
  _ values: Floats, blockStride: Int, _ weights: Floats, _ products: MutableFloats,
  _ others: MutableFloats, group: TileGroup<size>.Type, inBlocks: Int
) {
  var first = Products()
  var second = Products()
  var values = values
  var weights = weights
  for _ in 0..<inBlocks {
    for lane in 0..<lanes {
      let (w0, w1) = (load(weights, 2 * lane), load(weights, 2 * lane + 1))
      first.add(values + lane, w0, count: size, with: &second, w1)
    }
    values += blockStride
    weights += 2 * lanes * vectorLanes
  }
  first.write(into: products, count: size)
  second.write(into: others, count: size)
}

/// The last of an odd number of registers of outputs; weights are [inputs][lanes].
@inline(__always)
private func multiplySingle<let size: Int>(
  _ values: Floats, blockStride: Int, _ weights: Floats, _ products: MutableFloats,
  group: TileGroup<size>.Type, inBlocks: Int
) {
  var sums = Products()
  var values = values
  var weights = weights
  for _ in 0..<inBlocks {
    for lane in 0..<lanes { sums.add(values + lane, load(weights, lane), count: size) }
    values += blockStride
    weights += lanes * vectorLanes
  }
  sums.write(into: products, count: size)
}

/// Sums of up to fourteen tiles for one register of outputs. `count` is always a
/// constant, so what lies beyond it takes none.
private struct Products {
  private var v:
    (
      Vector, Vector, Vector, Vector, Vector, Vector, Vector,
      Vector, Vector, Vector, Vector, Vector, Vector, Vector
    ) = (
      .zero, .zero, .zero, .zero, .zero, .zero, .zero,
      .zero, .zero, .zero, .zero, .zero, .zero, .zero
    )

  @inline(__always)
  init() {}

  /// Adds value · weights for each tile's value; tiles are `lanes` apart.
  @inline(__always)
  mutating func add(_ values: Floats, _ weights: Vector, count: Int) {
    if count > 0 { v.0.addProduct(Vector(repeating: values[0]), weights) }
    if count > 1 { v.1.addProduct(Vector(repeating: values[lanes]), weights) }
    if count > 2 { v.2.addProduct(Vector(repeating: values[2 * lanes]), weights) }
    if count > 3 { v.3.addProduct(Vector(repeating: values[3 * lanes]), weights) }
    if count > 4 { v.4.addProduct(Vector(repeating: values[4 * lanes]), weights) }
    if count > 5 { v.5.addProduct(Vector(repeating: values[5 * lanes]), weights) }
    if count > 6 { v.6.addProduct(Vector(repeating: values[6 * lanes]), weights) }
    if count > 7 { v.7.addProduct(Vector(repeating: values[7 * lanes]), weights) }
    if count > 8 { v.8.addProduct(Vector(repeating: values[8 * lanes]), weights) }
    if count > 9 { v.9.addProduct(Vector(repeating: values[9 * lanes]), weights) }
    if count > 10 { v.10.addProduct(Vector(repeating: values[10 * lanes]), weights) }
    if count > 11 { v.11.addProduct(Vector(repeating: values[11 * lanes]), weights) }
    if count > 12 { v.12.addProduct(Vector(repeating: values[12 * lanes]), weights) }
    if count > 13 { v.13.addProduct(Vector(repeating: values[13 * lanes]), weights) }
  }

  /// The same for two registers of outputs. Tile by tile, so that one value at a time has a register.
  @inline(__always)
  mutating func add(
    _ values: Floats, _ weights: Vector, count: Int, with other: inout Products,
    _ otherWeights: Vector
  ) {
    if count > 0 { addBoth(&v.0, weights, &other.v.0, otherWeights, values[0]) }
    if count > 1 { addBoth(&v.1, weights, &other.v.1, otherWeights, values[lanes]) }
    if count > 2 { addBoth(&v.2, weights, &other.v.2, otherWeights, values[2 * lanes]) }
    if count > 3 { addBoth(&v.3, weights, &other.v.3, otherWeights, values[3 * lanes]) }
    if count > 4 { addBoth(&v.4, weights, &other.v.4, otherWeights, values[4 * lanes]) }
    if count > 5 { addBoth(&v.5, weights, &other.v.5, otherWeights, values[5 * lanes]) }
    if count > 6 { addBoth(&v.6, weights, &other.v.6, otherWeights, values[6 * lanes]) }
    if count > 7 { addBoth(&v.7, weights, &other.v.7, otherWeights, values[7 * lanes]) }
    if count > 8 { addBoth(&v.8, weights, &other.v.8, otherWeights, values[8 * lanes]) }
    if count > 9 { addBoth(&v.9, weights, &other.v.9, otherWeights, values[9 * lanes]) }
    if count > 10 { addBoth(&v.10, weights, &other.v.10, otherWeights, values[10 * lanes]) }
    if count > 11 { addBoth(&v.11, weights, &other.v.11, otherWeights, values[11 * lanes]) }
    if count > 12 { addBoth(&v.12, weights, &other.v.12, otherWeights, values[12 * lanes]) }
    if count > 13 { addBoth(&v.13, weights, &other.v.13, otherWeights, values[13 * lanes]) }
  }

  @inline(__always)
  func write(into destination: MutableFloats, count: Int) {
    if count > 0 { store(v.0, destination, 0) }
    if count > 1 { store(v.1, destination + lanes, 0) }
    if count > 2 { store(v.2, destination + 2 * lanes, 0) }
    if count > 3 { store(v.3, destination + 3 * lanes, 0) }
    if count > 4 { store(v.4, destination + 4 * lanes, 0) }
    if count > 5 { store(v.5, destination + 5 * lanes, 0) }
    if count > 6 { store(v.6, destination + 6 * lanes, 0) }
    if count > 7 { store(v.7, destination + 7 * lanes, 0) }
    if count > 8 { store(v.8, destination + 8 * lanes, 0) }
    if count > 9 { store(v.9, destination + 9 * lanes, 0) }
    if count > 10 { store(v.10, destination + 10 * lanes, 0) }
    if count > 11 { store(v.11, destination + 11 * lanes, 0) }
    if count > 12 { store(v.12, destination + 12 * lanes, 0) }
    if count > 13 { store(v.13, destination + 13 * lanes, 0) }
  }
}

@inline(__always)
private func addBoth(
  _ first: inout Vector, _ w0: Vector, _ second: inout Vector, _ w1: Vector, _ value: Float
) {
  let value = Vector(repeating: value)
  first.addProduct(value, w0)
  second.addProduct(value, w1)
}
