import Benchmarks
import Jobs
import Kernels
import MPI
import Methods
import Network
import Settings
import Training

/// How long the ranks of this job compute, alone with their part of a batch and together.
final class ScalingMeasurement {
  let compute: Compute
  let network: UNet
  let configuration: RunConfiguration
  let ranksPerHost: Int
  private let benchmark: Benchmark
  private let alone: Communicator
  /// Threads for each core.
  private let crowding: Double
  private let turns: Turns
  /// By the mixtures of a rank.
  private var traces: [Int: StepTrace] = [:]

  /// Collective.
  init(_ benchmark: Benchmark, on world: Communicator) throws {
    self.benchmark = benchmark
    ranksPerHost = Int(try world.broadcast(Int64(world.splitByNode().size)))
    alone = try world.split(color: Int32(world.rank)) ?? world
    let cores = try CoreCount.share(of: world)
    let threads = benchmark.threadCount ?? cores
    compute = try world.agree {
      try Compute(threads: threads, precision: benchmark.precision)
    }
    crowding = try CoreCount.crowding(threads: compute.pool.count, of: world)
    turns = try Turns(Int(crowding.rounded(.up)), on: world)
    network = UNet(.init(imageSize: benchmark.imageSize))
    configuration = benchmark.configuration
  }

  /// Steps of a rank of so many that share a batch: of all ranks that measured. Collective.
  func trace(batchSize: Int, ranks: Int, on world: Communicator) throws -> StepTrace {
    var benchmark = benchmark
    benchmark.batchSize = batchSize
    let plan = benchmark.plan
    let most = (plan.mixtures.count + ranks - 1) / ranks
    let measured = min(most, max(1, ScalingRun.mostPairs))
    let trace = try traces[measured] ?? record(measured, plan, world)
    traces[measured] = trace
    return trace.scaled(by: Double(most) / Double(measured))
  }

  private func record(
    _ mixtures: Int, _ plan: PhasePlan, _ world: Communicator
  ) throws -> StepTrace {
    let steps = try world.agree {
      try RecordedSteps(
        plan, mixtures: mixtures, alone: alone, compute: compute, network: network)
    }
    var own = StepTrace(events: [], seconds: [])
    try turns.take { own = try steps.record(benchmark.steps) }
    let all = try world.allGather(own.seconds.flatMap { $0 })
    let width = own.events.count
    return StepTrace(
      events: own.events,
      seconds: stride(from: 0, to: all.count, by: width).map { Array(all[$0..<$0 + width]) }
    ).typical
  }

  /// What carries the messages of this job: its network, or the memory of its one host; nil where there is
  /// one rank. Collective.
  func link(on world: Communicator) throws -> Link? {
    guard world.size > 1 else { return nil }
    return try LinkProbe.measure(interconnect(on: world), on: world)
  }

  func interconnect(on world: Communicator) -> Interconnect {
    Interconnect(ranks: world.size, ranksPerHost: ranksPerHost, network: .sharedMemory)
  }

  /// This job, by the model and by the clock. Collective.
  func job(_ link: Link, on world: Communicator) throws -> ScalingReport.Job {
    var interconnect = interconnect(on: world)
    if interconnect.isOneHost { interconnect.host = link } else { interconnect.network = link }
    let trace = try trace(batchSize: benchmark.batchSize, ranks: world.size, on: world)
    let measured = try benchmark.run(on: world).report.medianSeconds
    return ScalingReport.Job(
      predicted: ScalingReport.Step(StepReplay.run(trace, on: interconnect, crowding: crowding)),
      measuredSeconds: try world.broadcast(measured), latency: link.latency,
      bytesPerSecond: link.bytesPerSecond)
  }
}
