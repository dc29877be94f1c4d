import Files

/// What was measured of a step, and what follows for other numbers of ranks and other networks.
public struct ScalingReport: Codable, Equatable, Sendable {
  /// Seconds of a step, and what they go on.
  public struct Step: Codable, Equatable, Sendable {
    public var seconds: Double
    public var computation: Double
    public var imbalance: Double
    public var exchange: Double
  }

  /// The job itself: what the model says of it, and what it took.
  public struct Job: Codable, Equatable, Sendable {
    public var predicted: Step
    public var measuredSeconds: Double
    /// Seconds of the shortest message, and bytes in a second, as fitted.
    public var latency: Double
    public var bytesPerSecond: Double

    enum CodingKeys: String, CodingKey {
      case predicted, latency
      case measuredSeconds = "measured_seconds"
      case bytesPerSecond = "bytes_per_second"
    }
  }

  /// A world on a network.
  public struct Row: Codable, Equatable, Sendable {
    public var network: String
    public var ranks: Int
    public var batchSize: Int
    public var step: Step
    public var imagesPerSecond: Double
    /// The part of a step in which ranks compute.
    public var efficiency: Double
    public var mebibytesPerRank: Int
    public var bringUpSeconds: Double

    enum CodingKeys: String, CodingKey {
      case network, ranks, step, efficiency
      case batchSize = "batch_size"
      case imagesPerSecond = "images_per_second"
      case mebibytesPerRank = "mebibytes_per_rank"
      case bringUpSeconds = "bring_up_seconds"
    }
  }

  public var phase: String
  public var imageSize: Int
  public var batchSize: Int
  public var ranks: Int
  public var ranksPerHost: Int
  public var threads: Int
  public var precision: String
  /// Nil where there is one rank.
  public var job: Job?
  public var rows: [Row]

  enum CodingKeys: String, CodingKey {
    case phase, ranks, threads, precision, job, rows
    case imageSize = "image_size"
    case batchSize = "batch_size"
    case ranksPerHost = "ranks_per_host"
  }

  public func json() throws -> String { try JSON.text(of: self) }
}
