/// What the measures mean, in words that go with every table.
public enum ScoreConventions {
  /// By the measure's key in tables.
  public static let texts: [String: String] = general.merging(
    Measure.all.map { ($0.key, $0.convention) }
  ) { $1 }

  private static let general = [
    "unit": "hd95, asd, areas and the tolerance of nsd in pixels of the network's image size",
    "edges": "mask minus its erosion, as in MONAI",
    "mean": "mean, standard deviation (of the population), median and interval are over the "
      + "defined values",
    "penalized": "mean over all images, undefined distances counted as the image diagonal",
    "pixels": PixelwiseScore.convention,
    "interval": "95 % percentile bootstrap interval of the mean, \(BootstrapInterval.resamples) "
      + "resamples",
  ]
}
