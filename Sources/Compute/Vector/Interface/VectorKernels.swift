/// The inner loops on planes and parameters, each on **one image**, in one fixed order of
/// operations; `MapKernels` holds those on feature maps.
///
/// Two modules implement them from the same source, `VectorAVX512` and `VectorAVX2`, and give the same
/// bits. A *plane* is `[pixels]`. Sums come back as Double, one per term, **added** to what the
/// destination holds.
///
/// Bounds are the caller's: no kernel checks them. `pixels` is a multiple of 16.
public protocol VectorKernels: Sendable {
  // MARK: Planes and losses

  /// Planes with a border of zeros, [count][(height + 2) · (width + 2)].
  static func padPlanes(
    _ planes: Floats, count: Int, height: Int, width: Int, into padded: MutableFloats)

  /// output = base · mask + patch · (1 − mask).
  static func mixPlanes(
    base: Floats, patch: Floats, mask: Floats, pixels: Int, into output: MutableFloats)

  /// 1 where the softmax of `logits` [2][pixels] gives the foreground at least `threshold`.
  static func foregroundMask(
    logits: Floats, pixels: Int, threshold: Float, into mask: UnsafeMutablePointer<UInt8>)

  /// Σ of all values.
  static func sum(_ values: Floats, count: Int) -> Double

  /// Σ(a − b)².
  static func squaredDifference(_ a: Floats, _ b: Floats, count: Int) -> Double

  /// gradient += factor · (a − b).
  static func addDifference(
    _ a: Floats, _ b: Floats, count: Int, factor: Float, to gradient: MutableFloats)

  /// Adds, for the base side (weight `mask`) and the patch side (weight 1 − `mask`), seven sums
  /// each: cross-entropy; overlap p·t of background and foreground; Σp of both; Σt of both.
  static func addMixLossSums(
    logits: Floats, base: Floats, patch: Floats, mask: Floats, pixels: Int, sums: MutableDoubles)

  /// Adds the mix loss' gradient to `gradient` [2][pixels].
  static func addMixLossGradient(
    logits: Floats, base: Floats, patch: Floats, mask: Floats, pixels: Int,
    factors: MixLossFactors, to gradient: MutableFloats)

  /// Divides each position's vector by its length (at least 1e-12), in place.
  static func normalizeRows(
    planes: MutableFloats, channels: Int, positions: Int, inverseNorms: MutableFloats)

  /// InfoNCE of one image over its positions, 16 channels; the positive is the same position.
  /// - Parameters:
  ///   - query, keyPlanes: unit vectors, [16][positions]; keyRows the same keys, [positions][16].
  ///   - sameRows: keyRows once more: a compiler that knows they are the same keeps the keys between
  ///     two uses in registers that there are not enough of.
  ///   - factor: what the gradient is multiplied by.
  ///   - gradient: written, [16][positions], with respect to the query before normalisation.
  /// - Returns: Σ over positions of −log softmax.
  static func contrast(
    query: Floats, keyPlanes: Floats, keyRows: Floats, sameRows: Floats, inverseNorms: Floats,
    positions: Int,
    inverseTemperature: Float, factor: Float, gradient: MutableFloats
  ) -> Double

  // MARK: Peak

  /// Multiplications and additions in registers and nothing else: how fast the processor can be.
  static func multiplyAndAdd(rounds: Int) -> (operations: Int, result: Float)

  // MARK: Exact sums and updates

  /// sums += round(values · scale) as integers, exact for |values · scale| < 2⁵¹.
  static func addFixedPoint(
    _ values: Floats, count: Int, scale: Double, to sums: UnsafeMutablePointer<Int64>)

  /// Bits of the largest magnitude; NaN and infinity count as largest.
  static func largestMagnitude(_ values: Floats, count: Int) -> UInt32

  /// g += λw; m = decay · m + g; w −= ηm, with g = gradients · gradientUnit.
  static func updateWithMomentum(
    parameters: MutableFloats, gradients: UnsafePointer<Int64>, momentum: MutableFloats,
    count: Int, gradientUnit: Double, learningRate: Float, weightDecay: Float, decay: Float)

  /// average = decay · average + (1 − decay) · values.
  static func average(
    _ average: MutableFloats, with values: Floats, count: Int, decay: Float)
}

/// What the mix loss' gradient is made of, from sums over all images ("The method", mix loss).
public struct MixLossFactors: Sendable {
  /// One side: d loss / d p = target · t + constant for each class, plus crossEntropy · (p − t).
  public struct Side: Sendable {
    public var crossEntropy: Float
    public var backgroundTarget: Float
    public var backgroundConstant: Float
    public var foregroundTarget: Float
    public var foregroundConstant: Float

    public init(
      crossEntropy: Double, background: (target: Double, constant: Double),
      foreground: (target: Double, constant: Double)
    ) {
      self.crossEntropy = Float(crossEntropy)
      backgroundTarget = Float(background.target)
      backgroundConstant = Float(background.constant)
      foregroundTarget = Float(foreground.target)
      foregroundConstant = Float(foreground.constant)
    }
  }

  public var base: Side
  public var patch: Side

  public init(base: Side, patch: Side) {
    self.base = base
    self.patch = patch
  }
}

public typealias Floats = UnsafePointer<Float>
public typealias MutableFloats = UnsafeMutablePointer<Float>
public typealias MutableDoubles = UnsafeMutablePointer<Double>

/// What `MapKernels.drawDropout` has drawn, and the factor of what is kept.
public struct KeptActivations {
  public var bits: UnsafePointer<UInt8>
  public var scale: Float

  public init(bits: UnsafePointer<UInt8>, scale: Float) {
    self.bits = bits
    self.scale = scale
  }
}

/// Which activations one dropout layer keeps in one image: a function of these values and of
/// channel and pixel, nothing else: a function, not a stream.
public struct DropoutPattern: Sendable {
  /// An activation is dropped when its 16 random bits are below this.
  public var threshold: UInt32
  /// Factor of what is kept, 1 / (1 - p) for the p the threshold really gives.
  public var keptScale: Float
  public var key: SIMD2<UInt32>
  public var layer: UInt32
  public var sample: UInt32
  public var iteration: UInt32

  /// - Parameter rate: probability of dropping, rounded to a multiple of 2⁻¹⁶.
  public init(rate: Double, key: SIMD2<UInt32>, layer: Int, sample: UInt32, iteration: UInt32) {
    threshold = UInt32((rate * 65536).rounded())
    keptScale = Float(65536 / (65536 - Double(threshold)))
    self.key = key
    self.layer = UInt32(layer)
    self.sample = sample
    self.iteration = iteration
  }
}

/// Batch normalisation of one image's channels, as the kernels want it.
public struct ChannelNormalization {
  /// γ/√(σ² + ε) and β − mean·γ/√(σ² + ε): the normalisation is `y · scale + shift`.
  public var scale: Floats
  public var shift: Floats
  public var mean: Floats
  public var inverseDeviation: Floats

  public init(scale: Floats, shift: Floats, mean: Floats, inverseDeviation: Floats) {
    self.scale = scale
    self.shift = shift
    self.mean = mean
    self.inverseDeviation = inverseDeviation
  }
}

/// Where the rows (or columns) of a ×2 bilinear enlargement come from, `align_corners = true`.
public struct EnlargementTable: Sendable {
  /// For each of the 2n outputs: the lower source index and the weight of the one above it.
  public let lower: [Int32]
  public let upperWeight: [Float]
  /// For each of the n inputs: `first[i] ..< first[i + 1]` are its outputs and their weights.
  public let first: [Int32]
  public let outputs: [Int32]
  public let outputWeights: [Float]

  public init(inputs n: Int) {
    let step = n > 1 ? Double(n - 1) / Double(2 * n - 1) : 0
    var lower = [Int32]()
    var upperWeight = [Float]()
    var contributions = [[(Int32, Float)]](repeating: [], count: n)
    for output in 0..<(2 * n) {
      let position = Double(output) * step
      let source = min(Int(position), max(n - 2, 0))
      let weight = Float(position - Double(source))
      lower.append(Int32(source))
      upperWeight.append(weight)
      contributions[source].append((Int32(output), 1 - weight))
      if weight != 0 { contributions[source + 1].append((Int32(output), weight)) }
    }
    self.lower = lower
    self.upperWeight = upperWeight
    first = contributions.reduce(into: [0]) { $0.append(($0.last ?? 0) + Int32($1.count)) }
    outputs = contributions.flatMap { $0.map { $0.0 } }
    outputWeights = contributions.flatMap { $0.map { $0.1 } }
  }
}
