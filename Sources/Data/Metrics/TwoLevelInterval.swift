internal import RandomNumbers

/// A mean over seeds and images with a 95 % percentile bootstrap interval over both: seeds and images are
/// drawn with replacement, independently of each other, and every drawn seed is judged on every drawn image.
///
/// Source: Owen, "The pigeonhole bootstrap", Annals of Applied Statistics 1(2), 2007. Of one seed it covers the
/// choice of images alone; of two to four seeds it is known to be too narrow.
public struct TwoLevelInterval: Codable, Equatable, Sendable {
  public var mean: Double
  public var lower: Double
  public var upper: Double
  public var seedCount: Int
  /// With a defined value for at least one seed.
  public var imageCount: Int

  /// - Parameters:
  ///   - values: [seeds][images], of the same images in the same order; nil where undefined, which is left out
  ///     of the mean.
  ///   - weights: [images], above 0 where a value is defined: what each counts in the mean; each 1 by default.
  /// - Returns: nothing for fewer than two images.
  public init?(_ values: [[Double?]], weights: [Double]? = nil) {
    let seeds = values.filter { $0.contains { $0 != nil } }
    guard let images = seeds.first?.indices else { return nil }
    let all = images.map { image in (values: seeds.map { $0[image] }, weight: weights?[image] ?? 1)
    }
    let columns = all.filter { column in column.values.contains { $0 != nil } }
    guard columns.count > 1 else { return nil }
    seedCount = seeds.count
    imageCount = columns.count
    let sums = Sums(columns, seeds: seeds.count)
    mean = sums.mean(seeds: [Int](repeating: 1, count: seeds.count), images: columns.indices)
    let means = (0..<BootstrapInterval.resamples).map { sums.resampledMean($0) }.sorted()
    lower = BootstrapInterval.quantile(0.025, of: means)
    upper = BootstrapInterval.quantile(0.975, of: means)
  }

  /// [images][seeds] of values times weights, and of weights; both 0 where undefined.
  private struct Sums {
    let values: [[Double]]
    let weights: [[Double]]
    let seeds: Int

    init(_ columns: [(values: [Double?], weight: Double)], seeds: Int) {
      values = columns.map { column in column.values.map { ($0 ?? 0) * column.weight } }
      weights = columns.map { column in column.values.map { $0 == nil ? 0 : column.weight } }
      self.seeds = seeds
    }

    func resampledMean(_ resample: Int) -> Double {
      var stream = RandomStream(seed: 0, purpose: .bootstrap, iteration: resample)
      while true {
        var drawn = [Int](repeating: 0, count: seeds)
        for _ in 0..<seeds { drawn[stream.integer(below: seeds)] += 1 }
        let images = values.indices.map { _ in stream.integer(below: values.count) }
        let mean = mean(seeds: drawn, images: images)
        // Nothing defined was drawn: another draw.
        if mean.isFinite { return mean }
      }
    }

    func mean(seeds: [Int], images: some Sequence<Int>) -> Double {
      var (sum, total) = (0.0, 0.0)
      for image in images {
        for seed in seeds.indices where seeds[seed] > 0 {
          sum += Double(seeds[seed]) * values[image][seed]
          total += Double(seeds[seed]) * weights[image][seed]
        }
      }
      return total > 0 ? sum / total : .nan
    }
  }
}
