/// The published U-Net with its projector (Qu et al., section III).
public struct UNet: Sendable {
  /// What can be chosen about it.
  public struct Configuration: Sendable {
    public var imageSize: Int
    /// Channels of the first level; each level down has twice as many.
    public var initialChannels: Int
    public var classes: Int
    /// Dropout in the first half of each encoder level, one for each: their number is the depth.
    public var dropoutRates: [Double]

    /// Levels of the encoder; each has half the side of the one before.
    public var levels: Int { dropoutRates.count }

    public init(
      imageSize: Int, initialChannels: Int = 16, classes: Int = 2,
      dropoutRates: [Double] = [0.05, 0.1, 0.2, 0.3, 0.5]
    ) {
      self.imageSize = imageSize
      self.initialChannels = initialChannels
      self.classes = classes
      self.dropoutRates = dropoutRates
    }
  }

  public static let featureChannels = 16
  /// What the names of the projector's parameters begin with; they are the last of the layout.
  public static let projectorName = "decoder.proj"
  public let configuration: Configuration
  public let graph: NetworkGraph

  public init(_ configuration: Configuration) {
    let unit = 1 << (configuration.levels - 1)
    precondition(
      configuration.imageSize % unit == 0, "the image side must be a multiple of \(unit)")
    self.configuration = configuration
    var builder = Builder(configuration)
    builder.build()
    graph = builder.graph
  }

  /// Side of the feature map that the projector makes.
  public var featureSize: Int { configuration.imageSize / 4 }

  /// Positions of the feature map that an image of so many pixels gives.
  public static func featurePixels(_ pixels: Int) -> Int { pixels / 16 }

  /// Appends the layers one after the other.
  private struct Builder {
    let configuration: Configuration
    var graph: NetworkGraph
    private let leak: Float = 0.01

    init(_ configuration: Configuration) {
      self.configuration = configuration
      graph = NetworkGraph(imageSize: configuration.imageSize)
    }

    mutating func build() {
      let (size, levels) = (configuration.imageSize, configuration.levels)
      let widths = (0..<levels).map { configuration.initialChannels << $0 }
      var concatenations: [(views: [FeatureMap], whole: FeatureMap)] = []
      var x = FeatureMap(
        storage: nil, parts: [1], preceding: [], height: size, width: size, isPlanes: true)
      for level in 0..<levels {
        if level > 0 { x = graph.pool(x) }
        let name =
          level == 0 ? "encoder.in_conv" : "encoder.down\(level).maxpool_conv.1"
        var skip: FeatureMap?
        if level < levels - 1 {
          let both = graph.reserve(parts: [widths[level], widths[level]], size: size >> level)
          concatenations.append(both)
          skip = both.views[0]
        }
        x = doubleConvolution(
          x, to: widths[level], dropoutRate: configuration.dropoutRates[level],
          name: name + ".conv_conv", into: skip)
      }
      for step in 1..<levels {
        let level = levels - 1 - step
        let reduced = graph.convolve(
          x, to: widths[level], kernel: 1, name: "decoder.up\(step).conv1x1")
        graph.enlarge(reduced, into: concatenations[level].views[1])
        x = doubleConvolution(
          concatenations[level].whole, to: widths[level], dropoutRate: 0,
          name: "decoder.up\(step).conv.conv_conv", into: nil)
      }
      let logits = graph.convolve(
        x, to: configuration.classes, kernel: 3, name: "decoder.out_conv", asPlanes: true)
      graph.logits = logits
      projector(logits)
    }

    private mutating func doubleConvolution(
      _ input: FeatureMap, to channels: Int, dropoutRate: Double, name: String,
      into output: FeatureMap?
    ) -> FeatureMap {
      let first = graph.convolve(input, to: channels, kernel: 3, name: name + ".0")
      let middle = graph.normalize(
        first, slope: leak, dropoutRate: dropoutRate, name: name + ".1")
      let second = graph.convolve(middle, to: channels, kernel: 3, name: name + ".4")
      return graph.normalize(second, slope: leak, name: name + ".5", into: output)
    }

    private mutating func projector(_ logits: FeatureMap) {
      graph.projectorStart = graph.operations.count
      var x = logits
      for (index, channels) in [8, 16].enumerated() {
        let name = "\(UNet.projectorName).conv_\(index + 1)"
        x = graph.convolve(x, to: channels, kernel: 3, name: name + ".conv")
        x = graph.normalize(x, slope: 0, name: name + ".bn")
        x = graph.pool(x)
      }
      graph.features = graph.convolve(
        x, to: UNet.featureChannels, kernel: 1, name: UNet.projectorName + ".final")
    }
  }
}
