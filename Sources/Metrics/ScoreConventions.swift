/// What the measures mean, in words that go with every table.
public enum ScoreConventions {
  /// By the measure's key in tables.
  public static let texts: [String: String] = [
    "dice": "2|P∩T| / (|P|+|T|); 0 where both masks are empty",
    "iou": "|P∩T| / |P∪T|; 0 where both masks are empty",
    "hd95": "the larger of the two directions' 95th percentiles (linear between ranks) of the "
      + "distances from one mask's edge to the other's; undefined where a mask is empty",
    "asd": "mean distance from the prediction's edge to the truth's, one direction; undefined "
      + "where a mask is empty",
    "unit": "hd95, asd and areas in pixels of the network's image size",
    "edges": "mask minus its erosion, as in MONAI",
    "mean": "mean, standard deviation (of the population), median and interval are over the "
      + "defined values",
    "penalized": "mean over all images, undefined distances counted as the image diagonal",
    "interval": "95 % percentile bootstrap interval of the mean, \(BootstrapInterval.resamples) "
      + "resamples",
  ]
}
