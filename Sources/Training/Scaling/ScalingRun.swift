import Benchmarks
import Jobs
import Kernels
public import MPI
import Methods
import Network
import Settings
import Training

/// Measures the steps of a phase on this job's ranks, each computing alone and all together, and replays
/// them on other numbers of ranks and other networks.
public struct ScalingRun: Sendable {
  /// Pairs of images of a rank that are measured, at most; more are scaled from it.
  static let mostPairs = 8

  public var benchmark: Benchmark
  /// Ranks to tell of.
  public var ranks: [Int]
  /// Ranks of a host in these worlds; nil for those of this job's first host.
  public var ranksPerHost: Int?

  /// A network to tell of beside the usual ones.
  public var link: Link?

  public init(benchmark: Benchmark, ranks: [Int], ranksPerHost: Int?, link: Link? = nil) {
    self.benchmark = benchmark
    self.ranks = ranks
    self.ranksPerHost = ranksPerHost
    self.link = link
  }

  /// Collective; the report is the same on every rank.
  public func run(on world: Communicator) throws -> ScalingReport {
    let estimate = try WorldEstimate(on: world)
    world.activity.enter(.benchmark)
    let measurement = try ScalingMeasurement(benchmark, on: world)
    let measured = try measurement.link(on: world)
    let job = try measured.map { try measurement.job($0, on: world) }
    let perHost = ranksPerHost ?? measurement.ranksPerHost
    var networks = NetworkKind.allCases.map { ($0.rawValue, $0.link) }
    if let link { networks.append(("--link", link)) }
    if let measured, !measurement.interconnect(on: world).isOneHost {
      networks.append(("this job's", measured))
    }
    let rows = try networks.flatMap { name, link in
      try ranks.map {
        try row(name, link, ranks: $0, ranksPerHost: perHost, measurement, estimate, world)
      }
    }
    return ScalingReport(
      phase: benchmark.phase.rawValue, imageSize: benchmark.imageSize,
      batchSize: benchmark.batchSize, ranks: world.size, ranksPerHost: perHost,
      threads: measurement.compute.pool.count, precision: benchmark.precision.rawValue, job: job,
      rows: rows)
  }

  private func row(
    _ name: String, _ link: Link, ranks: Int, ranksPerHost: Int,
    _ measurement: ScalingMeasurement, _ estimate: WorldEstimate, _ world: Communicator
  ) throws -> ScalingReport.Row {
    let batch = max(
      benchmark.batchSize, RunConfiguration.smallestBatchSize(ranks: ranks))
    let interconnect = Interconnect(ranks: ranks, ranksPerHost: ranksPerHost, network: link)
    let trace = try measurement.trace(batchSize: batch, ranks: ranks, on: world)
    let step = ScalingReport.Step(StepReplay.run(trace, on: interconnect))
    var configuration = measurement.configuration
    configuration.schedule.batchSize = batch
    let bytes = try WorldEstimate.bytes(
      configuration, ranks: ranks, compute: measurement.compute, network: measurement.network)
    return ScalingReport.Row(
      network: name, ranks: ranks, batchSize: batch, step: step,
      imagesPerSecond: Double(batch) / step.seconds, efficiency: step.computation / step.seconds,
      mebibytesPerRank: bytes >> 20,
      bringUpSeconds: estimate.bringUpSeconds(
        ranks: ranks, ranksPerHost: interconnect.ranksPerHost,
        cores: interconnect.ranksPerHost * measurement.compute.pool.count))
  }
}

extension ScalingReport.Step {
  init(_ outcome: StepReplay.Outcome) {
    self.init(
      seconds: outcome.seconds, computation: outcome.computation, imbalance: outcome.imbalance,
      exchange: outcome.exchange)
  }
}
