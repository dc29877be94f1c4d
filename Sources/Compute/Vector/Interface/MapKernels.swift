/// The inner loops on feature maps, each on **one image**, in one fixed order of operations.
///
/// A feature map is *blocked*: `[blocks][pixels][lanes]`, channel = block · lanes + lane. Its values
/// are stored as Float or as bfloat16, by the implementation; all arithmetic is in Float. Per-channel
/// arguments hold `blocks · lanes` Floats. Sums come back as Double, one per channel, **added** to
/// what the destination holds.
///
/// Bounds are the caller's: no kernel checks them.
public protocol MapKernels: Sendable {
  /// Channels in a block, 16 on every processor.
  static var lanes: Int { get }
  /// Bytes of a stored value.
  static var valueBytes: Int { get }

  // MARK: Dropout

  /// Bytes of `drawDropout`.
  static func dropoutByteCount(pixels: Int, blocks: Int) -> Int

  /// Draws which activations are kept: [blocks][pixels / 8][lanes], a bit for each pixel.
  static func drawDropout(
    _ pattern: DropoutPattern, pixels: Int, blocks: Int, into bits: UnsafeMutablePointer<UInt8>)

  // MARK: Batch normalisation and activation

  /// Adds Σy and Σy² of each channel.
  static func addMoments(of y: Map, pixels: Int, blocks: Int, to moments: Moments)

  /// Pixels of one block of an input as Floats, [pixels][lanes].
  /// - Parameter pixels: of the whole map; `range` are some of them.
  static func read(
    _ input: InputMap, block: Int, pixels: Int, range: Range<Int>, into target: MutableFloats)

  /// Turns the gradient of the activation into that of the normalised value, in place, and adds its
  /// sum and its projection on the standardised y, for each channel.
  static func activationBackward(
    gradient: MutableMap, pixels: Int, blocks: Int, _ step: ActivationGradient)

  // MARK: Resampling

  /// 2 × 2 maximum; height and width are those of x. `rowBuffer` holds `2 · width · lanes` values.
  static func maxPool(
    _ x: InputMap, into output: MutableMap, height: Int, width: Int, rowBuffer: MutableFloats)

  /// Gives each pooled gradient to the first largest of its four pixels in raster order.
  static func maxPoolBackward(
    gradient: Map, x: InputMap, into output: MutableMap, height: Int, width: Int,
    accumulating: Bool, rowBuffer: MutableFloats)

  /// Bilinear × 2; `rowBuffer` holds `width · lanes` values.
  static func enlarge(
    _ x: Map, into output: MutableMap, height: Int, width: Int, blocks: Int,
    rows: EnlargementTable, columns: EnlargementTable, rowBuffer: MutableFloats)

  /// The adjoint of `enlarge`; height and width are the small ones, `rowBuffer` holds
  /// `2 · width · lanes` values.
  static func enlargeBackward(
    gradient: Map, into output: MutableMap, height: Int, width: Int, blocks: Int,
    rows: EnlargementTable, columns: EnlargementTable, rowBuffer: MutableFloats)

  // MARK: Winograd convolution

  /// Values of scratch that `winogradConvolve` wants.
  static func winogradScratchCount(_ shape: WinogradShape) -> Int

  /// What `winogradConvolve` multiplies by, from weights in the published layout [O][I][3][3].
  /// - Parameters:
  ///   - rows, columns: for each stored channel of the source and of the destination the part of a
  ///     kernel's offset that depends on it, -1 for padding.
  ///   - rotated: whether kernels are turned by 180°, for the gradient of the input.
  ///   - transformed: frequencies · rows · columns values.
  static func transformWinogradWeights(
    _ weights: Floats, tile: WinogradTileSize, rows: [Int32], columns: [Int32], rotated: Bool,
    into transformed: MutableFloats)

  /// output = x ∗ kernel + bias, 3 × 3 with stride 1 and a border of zeros, by Winograd's algorithm.
  /// - Parameters:
  ///   - x: [inBlocks][height · width][lanes]; output: [outBlocks][height · width][lanes], written.
  ///   - bias: `outBlocks · lanes` values.
  ///   - step: is done to rows of Floats, before they are rounded to be stored.
  ///   - scratch: `winogradScratchCount` values, whatever they are. Fastest when it and the others
  ///     begin at multiples of 64 bytes.
  static func winogradConvolve(
    _ x: ConvolutionInput, weights: Floats, bias: Floats?, into output: MutableMap,
    shape: WinogradShape, step: OutputStep, scratch: MutableFloats)

  /// Values of scratch that `winogradWeightGradient` wants.
  static func winogradGradientScratchCount(_ shape: WinogradShape) -> Int

  /// The gradients of a 3 × 3 convolution's weights and bias, by the adjoint of Winograd's
  /// algorithm: [9][inBlocks · lanes][outBlocks · lanes], taps in raster order, then Σ gradient
  /// [outBlocks · lanes].
  static func winogradWeightGradient(
    _ x: ConvolutionInput, gradient: ConvolutionInput, into values: MutableFloats,
    shape: WinogradShape, scratch: MutableFloats)

  // MARK: 1 × 1 convolution

  /// Where the weight of a stored input and output channel lies for `pointwiseConvolve`, among
  /// `inBlocks · outBlocks · lanes²`; those of padding are zero.
  static func pointwiseWeightOffset(
    input: Int, output: Int, inBlocks: Int, outBlocks: Int
  ) -> Int

  /// Values of scratch that both passes want.
  static func pointwiseScratchCount(inBlocks: Int, outBlocks: Int) -> Int

  /// output = Σ over input channels in order of x · weight, + bias.
  static func pointwiseConvolve(
    _ x: ConvolutionInput, weights: Floats, bias: Floats?, into output: MutableMap, pixels: Int,
    outBlocks: Int, scratch: MutableFloats)

  /// The gradients of weights and bias: [inBlocks · lanes][outBlocks · lanes], then Σ gradient
  /// [outBlocks · lanes]. Sums of 128 pixels each, added in order.
  static func pointwiseWeightGradient(
    _ x: ConvolutionInput, gradient: ConvolutionInput, into values: MutableFloats, pixels: Int,
    scratch: MutableFloats)

  // MARK: Convolutions with one or two planes on one side

  /// 3 × 3 convolution of one or two planes to a map.
  /// - Parameters:
  ///   - padded: `VectorKernels.padPlanes` of the planes.
  ///   - weights: [planes][9][blocks · lanes], taps in raster order.
  static func convolvePlanes(
    _ padded: Floats, planes: Int, weights: Floats, bias: Floats, into output: MutableMap,
    height: Int, width: Int, blocks: Int)

  /// 3 × 3 convolution of a map to one or two planes, or adding to them; the width is a multiple of
  /// 16.
  /// - Parameters:
  ///   - weights: [planes][9][blocks · lanes], taps in raster order; bias [planes].
  ///   - rows: scratch of `3 · (width + 2) · lanes` values.
  static func convolveToPlanes(
    _ x: ConvolutionInput, weights: Floats, bias: Floats, planes: Int, into output: MutableFloats,
    height: Int, width: Int, accumulating: Bool, rows: MutableFloats)

  /// Adds Σ over pixels of plane(pixel + tap) · y(pixel), then Σ y, to `sums`
  /// [planes · 9 + 1][blocks · lanes]: the weight gradient of either convolution above, for the
  /// second with mirrored taps. `rowBuffer` holds `width · lanes` values.
  static func correlatePlanes(
    _ padded: Floats, planes: Int, with y: ConvolutionInput, height: Int, width: Int,
    rowBuffer: MutableFloats, sums: MutableDoubles)

  // MARK: Planes

  /// The first channels of a blocked map as planes [channels][pixels].
  static func extractPlanes(
    _ blocked: Map, channels: Int, pixels: Int, into planes: MutableFloats)

  /// The other way; channels beyond `channels` become zero.
  static func insertPlanes(
    _ planes: Floats, channels: Int, pixels: Int, into blocked: MutableMap)
}

/// Memory of a feature map.
public typealias Map = UnsafeRawPointer
public typealias MutableMap = UnsafeMutableRawPointer
