import VectorInterface

/// A convolution with stride 1 and padding that keeps the size, on one image.
public struct ConvolutionShape: Hashable, Sendable {
  /// Channels of the input; two parts when it is a concatenation, each padded to blocks by itself.
  public var inputParts: [Int]
  public var outputChannels: Int
  public var height: Int
  public var width: Int
  /// Side of the square kernel, 1 or 3.
  public var kernel: Int
  /// Whether a side is one or two planes of Float instead of a blocked map; the kernel is 3 then.
  public var inputIsPlanes: Bool
  public var outputIsPlanes: Bool

  public init(
    inputParts: [Int], outputChannels: Int, height: Int, width: Int, kernel: Int,
    inputIsPlanes: Bool = false, outputIsPlanes: Bool = false
  ) {
    self.inputIsPlanes = inputIsPlanes
    self.outputIsPlanes = outputIsPlanes
    self.inputParts = inputParts
    self.outputChannels = outputChannels
    self.height = height
    self.width = width
    self.kernel = kernel
  }

  public var inputChannels: Int { inputParts.reduce(0, +) }
  /// Weights in the published layout [O, I, kernel, kernel].
  public var weightCount: Int { outputChannels * inputChannels * kernel * kernel }
  /// Floating-point operations of one forward pass on one image.
  public var operations: Int { 2 * weightCount * height * width }

  /// Large tiles take fewer products, but do not fit small maps and lose two bits more. Decides bits.
  var winogradTile: WinogradTileSize { min(height, width) >= 64 ? .large : .small }

  var isNarrow: Bool { inputIsPlanes || outputIsPlanes }

  /// Input channels as stored: each part padded to whole blocks.
  func storedInputChannels(lanes: Int) -> Int {
    inputParts.reduce(0) { $0 + ($1 + lanes - 1) / lanes * lanes }
  }

  func storedOutputChannels(lanes: Int) -> Int { (outputChannels + lanes - 1) / lanes * lanes }

  /// Where each input channel is stored.
  func storedInputPositions(lanes: Int) -> [Int] {
    var positions: [Int] = []
    var start = 0
    for part in inputParts {
      positions += (start..<(start + part))
      start += (part + lanes - 1) / lanes * lanes
    }
    return positions
  }
}
