/// The inner loops, each on **one image**, in one fixed order of operations.
///
/// Two modules implement them from the same source: `VectorAVX512` (16 lanes) and `VectorAVX2`
/// (8 lanes). A feature map is *blocked*: `[blocks][pixels][lanes]`, channel = block · lanes + lane.
/// A *plane* is `[pixels]`. Per-channel arguments hold `blocks · lanes` values. Sums come back as
/// Double, one per channel or term, **added** to what the destination holds.
///
/// Bounds are the caller's: no kernel checks them. `pixels` is a multiple of 16 for plane kernels.
public protocol VectorKernels: Sendable {
  /// Channels in a block.
  static var lanes: Int { get }

  // MARK: Batch normalisation and activation

  /// Adds Σy and Σy² of each channel.
  static func addMoments(
    of y: Floats, pixels: Int, blocks: Int, sums: MutableDoubles, squares: MutableDoubles)

  /// output = dropout(leaky(y · scale + shift)).
  static func normalizeAndActivate(
    _ y: Floats, into output: MutableFloats, pixels: Int, blocks: Int,
    normalization: ChannelNormalization, slope: Float, dropout: DropoutPattern?)

  /// Turns the gradient of the activation into that of the normalised value, in place, and adds its
  /// sum and its projection on the standardised y, for each channel.
  static func activationBackward(
    gradient: MutableFloats, y: Floats, pixels: Int, blocks: Int,
    normalization: ChannelNormalization, slope: Float, dropout: DropoutPattern?,
    sums: MutableDoubles, projections: MutableDoubles)

  /// gradient = gain · gradient + slope · y + offset, per channel, in place.
  static func normalizationBackward(
    gradient: MutableFloats, y: Floats, pixels: Int, blocks: Int, gain: Floats,
    slope: Floats, offset: Floats)

  // MARK: Convolution

  /// Values in one convolution's transformed weights.
  static func winogradWeightCount(inBlocks: Int, outBlocks: Int) -> Int

  /// Values of scratch that `winogradConvolve` wants.
  static func winogradScratchCount(
    height: Int, width: Int, inBlocks: Int, outBlocks: Int
  ) -> Int

  /// What `winogradConvolve` multiplies by, from weights in the published layout [O][I][3][3].
  /// - Parameters:
  ///   - inputPositions: where each of the I input channels is stored, below `inBlocks · lanes`;
  ///     what lies between them is padding with weights of zero.
  ///   - outputs: O; the blocked output holds the next multiple of `lanes`.
  ///   - transposed: for the gradient of the input from that of the output: the convolution whose
  ///     inputs are the blocks of O and whose outputs are `inBlocks` blocks, kernels turned by 180°.
  ///   - transformed: `winogradWeightCount` values, the same number in both directions.
  static func transformWinogradWeights(
    _ weights: Floats, inputPositions: [Int], inBlocks: Int, outputs: Int, transposed: Bool,
    into transformed: MutableFloats)

  /// output = x ∗ kernel + bias, 3 × 3 with stride 1 and a border of zeros, by Winograd's F(4 × 4,
  /// 3 × 3) (Lavin & Gray 2016, "Fast algorithms for convolutional neural networks").
  /// - Parameters:
  ///   - x: [inBlocks][height · width][lanes]; output: [outBlocks][height · width][lanes], written.
  ///   - bias: `outBlocks · lanes` values.
  ///   - scratch: `winogradScratchCount` values, whatever they are. Fastest when it and the others
  ///     begin at multiples of 64 bytes.
  static func winogradConvolve(
    _ x: Floats, weights: Floats, bias: Floats?, into output: MutableFloats, height: Int,
    width: Int, inBlocks: Int, outBlocks: Int, scratch: MutableFloats)

  // MARK: Resampling

  /// 2 × 2 maximum; height and width are those of x.
  static func maxPool(
    _ x: Floats, into output: MutableFloats, height: Int, width: Int, blocks: Int)

  /// Gives each pooled gradient to the first largest of its four pixels in raster order.
  static func maxPoolBackward(
    gradient: Floats, x: Floats, into output: MutableFloats, height: Int, width: Int, blocks: Int,
    accumulating: Bool)

  /// Bilinear × 2; `rowBuffer` holds `width · lanes` values.
  static func enlarge(
    _ x: Floats, into output: MutableFloats, height: Int, width: Int, blocks: Int,
    rows: EnlargementTable, columns: EnlargementTable, rowBuffer: MutableFloats)

  /// The adjoint of `enlarge`; height and width are the small ones, `rowBuffer` holds
  /// `2 · width · lanes` values.
  static func enlargeBackward(
    gradient: Floats, into output: MutableFloats, height: Int, width: Int, blocks: Int,
    rows: EnlargementTable, columns: EnlargementTable, rowBuffer: MutableFloats)

  // MARK: Planes and losses

  /// The first channels of a blocked map as planes [channels][pixels].
  static func extractPlanes(
    _ blocked: Floats, channels: Int, pixels: Int, into planes: MutableFloats)

  /// The other way; channels beyond `channels` become zero, or all are added to.
  static func insertPlanes(
    _ planes: Floats, channels: Int, pixels: Int, into blocked: MutableFloats, accumulating: Bool)

  /// output = base · mask + patch · (1 − mask).
  static func mixPlanes(
    base: Floats, patch: Floats, mask: Floats, pixels: Int, into output: MutableFloats)

  /// 1 where the softmax of `logits` [2][pixels] gives the foreground at least `threshold`.
  static func foregroundMask(
    logits: Floats, pixels: Int, threshold: Float, into mask: UnsafeMutablePointer<UInt8>)

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
  ///   - factor: what the gradient is multiplied by.
  ///   - gradient: written, [16][positions], with respect to the query before normalisation.
  /// - Returns: Σ over positions of −log softmax.
  static func contrast(
    query: Floats, keyPlanes: Floats, keyRows: Floats, inverseNorms: Floats, positions: Int,
    inverseTemperature: Float, factor: Float, gradient: MutableFloats
  ) -> Double

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

/// What the mix loss' gradient is made of, from sums over all images (DESIGN §3, mix loss).
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

/// Which activations one dropout layer keeps in one image: a function of these values and of
/// channel and pixel, nothing else (DESIGN: random numbers are a function, not a stream).
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
    outputs = contributions.flatMap { $0.map(\.0) }
    outputWeights = contributions.flatMap { $0.map(\.1) }
  }
}
