import Files
import Network

extension Benchmark {
  /// What was measured. Keys that PyTorch's side of a comparison has too mean the same there.
  public struct Report: Codable, Equatable, Sendable {
    public var phase: String
    public var ranks: Int
    public var threads: Int
    public var precision: String
    public var batch: Int
    public var imageSize: Int
    public var vectorUnit: String
    public var parameters: Int
    public var medianSeconds: Double
    public var minimumSeconds: Double
    public var maximumSeconds: Double
    public var imagesPerSecond: Double
    /// Floating-point operations of the step by direct convolution, per second, over all ranks.
    public var gigaflops: Double
    /// What this process' threads reach in a loop of nothing else, times the ranks.
    public var peakGigaflops: Double
    public var percentOfPeak: Double
    /// The largest of all ranks.
    public var peakResidentMebibytes: Int
    /// Seconds of a step by part, on rank 0.
    public var breakdown: [String: Double]
    /// Per step, after the warm-up: the largest of all ranks; nil where nobody counts allocations
    /// (`AllocationCounts`).
    public var ownAllocations: Double?
    public var libraryAllocations: Double?
    public var largeAllocations: Double?
    public var pageFaults: Double

    enum CodingKeys: String, CodingKey {
      case phase, ranks, threads, precision, batch, parameters, breakdown
      case imageSize = "image_size"
      case vectorUnit = "vector_unit"
      case medianSeconds = "median_s"
      case minimumSeconds = "min_s"
      case maximumSeconds = "max_s"
      case imagesPerSecond = "images_per_s"
      case gigaflops = "gflop_per_s"
      case peakGigaflops = "peak_gflop_per_s"
      case percentOfPeak = "percent_of_peak"
      case peakResidentMebibytes = "peak_rss_mib"
      case ownAllocations = "allocations_per_step"
      case libraryAllocations = "library_allocations_per_step"
      case largeAllocations = "allocations_of_64_kib_per_step"
      case pageFaults = "page_faults_per_step"
    }

    public func json() throws -> String {
      try JSON.text(of: self)
    }
  }

  /// Seconds that the computing threads of rank 0 spent on one operation of a network in a step.
  public struct LayerTimes: Sendable {
    public var network: String
    public var operation: String
    public var seconds: [WorkProfile.Work: Double]
  }
}
