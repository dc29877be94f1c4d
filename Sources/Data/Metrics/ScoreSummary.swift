import Files

/// Means over images of one size.
///
/// Surface distances do not exist for an empty mask, and other measures not for other images. Convention: mean
/// and standard deviation are over the images where the value is defined, with the number of the others
/// beside them, and a penalized mean of distances counts each of these with the image's diagonal.
public struct ScoreSummary: Codable, Equatable, Sendable {
  public struct Statistic: Codable, Equatable, Sendable {
    /// Over the defined values; nil where there are none.
    public var mean: Double?
    /// Over the defined values, of the population (divided by their number).
    public var standardDeviation: Double?
    /// Of the defined values; the mean of the two in the middle where their number is even.
    public var median: Double?
    /// 95 % interval of the mean over the defined values; nil for fewer than two of them.
    public var interval: BootstrapInterval?
    public var undefinedCount: Int
    /// Over all images, the undefined ones counted with the penalty; nil where there is none.
    public var penalizedMean: Double?

    /// - Parameters:
    ///   - weights: what each value counts in mean, standard deviation and interval; 1 by default
    ///   - penalty: what an undefined value counts in `penalizedMean`; nil for no such mean
    public init(_ values: [Double?], weights: [Double]? = nil, penalty: Double?) {
      let all = zip(values, weights ?? [Double](repeating: 1, count: values.count))
      let defined = all.compactMap { value, weight in
        value.map { (value: $0, weight: weight) }
      }
      undefinedCount = values.count - defined.count
      guard !values.isEmpty else { return }
      let sum = defined.reduce(0) { $0 + $1.weight * $1.value }
      penalizedMean = penalty.map { penalty in
        (sum + Double(undefinedCount) * penalty) / Double(values.count)
      }
      guard !defined.isEmpty else { return }
      let total = defined.reduce(0) { $0 + $1.weight }
      let mean = sum / total
      let squares = defined.reduce(0) { $0 + $1.weight * ($1.value - mean) * ($1.value - mean) }
      self.mean = mean
      standardDeviation = (squares / total).squareRoot()
      median = Self.median(of: defined.map(\.value).sorted())
      interval = BootstrapInterval(of: defined.map(\.value), weights: defined.map(\.weight))
    }

    private static func median(of sorted: [Double]) -> Double {
      (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
  }

  public private(set) var imageCount: Int
  /// By the keys of the measures.
  private var statistics: [String: Statistic]

  public var dice: Statistic { self[.dice] }
  public var intersectionOverUnion: Statistic { self[.intersectionOverUnion] }
  public var hausdorff95: Statistic { self[.hausdorff95] }
  public var averageSurfaceDistance: Statistic { self[.averageSurfaceDistance] }

  public subscript(_ measure: Measure) -> Statistic {
    statistics[measure.key] ?? Statistic([], penalty: 0)
  }

  /// - Parameters:
  ///   - scores: one for each image, in an order that does not depend on ranks
  ///   - width: pixels of every image
  ///   - height: the same
  public init(_ scores: [SegmentationScore], width: Int, height: Int) {
    imageCount = scores.count
    statistics = [:]
    for measure in Measure.all {
      statistics[measure.key] = measure.statistic(scores, width: width, height: height)
    }
  }
}

// The measures stand beside the number of images, each under its key.
extension ScoreSummary {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: NameKey.self)
    imageCount = try container.decode(Int.self, forKey: NameKey("images"))
    statistics = [:]
    for measure in Measure.all {
      // Summaries of earlier versions have the first four only.
      statistics[measure.key] = try container.decodeIfPresent(
        Statistic.self, forKey: NameKey(measure.key))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: NameKey.self)
    try container.encode(imageCount, forKey: NameKey("images"))
    for measure in Measure.all {
      try container.encodeIfPresent(statistics[measure.key], forKey: NameKey(measure.key))
    }
  }
}
