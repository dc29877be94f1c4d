import Jobs
import Kernels
import MPI
import Network

/// Times the steps of training on random images held in memory: what a cluster will do, without
/// data and without files.
public struct Benchmark: Sendable {
  public enum Phase: String, CaseIterable, Sendable {
    case selfTraining = "self"
    case preTraining = "pre"
    case evaluation = "eval"
    case supervised
    case bidirectionalCopyPaste = "bcp"
  }

  /// In the breakdown, what an all-reduce of the gradients by itself takes longer than what is left
  /// of it after the backward pass. It is within that pass.
  public static let hiddenReduction = "all_reduce_hidden"

  public var phase: Phase
  public var steps: Int
  public var warmup: Int
  public var batchSize: Int
  public var imageSize: Int
  public var threadCount: Int?
  public var precision: Precision

  public init(
    phase: Phase, precision: Precision, steps: Int, warmup: Int, batchSize: Int, imageSize: Int,
    threadCount: Int?
  ) {
    self.phase = phase
    self.precision = precision
    self.steps = steps
    self.warmup = warmup
    self.batchSize = batchSize
    self.imageSize = imageSize
    self.threadCount = threadCount
  }

  /// A report, and the times by layer behind it.
  public struct Outcome: Sendable {
    public var report: Report
    public var layers: [LayerTimes]
  }

  /// Collective; the report is the same on every rank but for its breakdown. A step lasts until its
  /// slowest rank is done.
  public func run(on world: Communicator) throws -> Outcome {
    world.activity.enter(.benchmark)
    let cores = try CoreCount.share(of: world)
    let threads = threadCount ?? cores
    let compute = try world.agree { try Compute(threads: threads, precision: precision) }
    let network = UNet(.init(imageSize: imageSize))
    let subject: any BenchmarkSubject =
      try phase == .evaluation
      ? EvaluationSubject(batchSize, world, compute, network)
      : TrainingSubject(plan, world, compute, network)
    let timing = try time(subject, world)
    let peak = compute.peakOperationsPerSecond() * Double(world.size)
    let sorted = timing.seconds.sorted()
    let median = sorted[sorted.count / 2]
    let rate = subject.operations / median
    func perStep(_ count: Int) throws -> Double {
      Double(try world.allReduceMax(Int64(count))) / Double(steps)
    }
    // A counter may be preloaded on some ranks only.
    let isCounted = try world.allReduceMin(UInt8(timing.allocations == nil ? 0 : 1)) == 1
    let counts = timing.allocations.map { [$0.own, $0.library, $0.large] }
    let allocations = try isCounted ? counts?.map(perStep) : nil
    let report = Report(
      phase: phase.rawValue, ranks: world.size, threads: threads, precision: precision.rawValue,
      batch: batchSize, imageSize: imageSize, vectorUnit: compute.unit.rawValue,
      parameters: network.graph.layout.parameterCount, medianSeconds: median,
      minimumSeconds: sorted[0], maximumSeconds: sorted[sorted.count - 1],
      imagesPerSecond: Double(batchSize) / median, gigaflops: rate * 1e-9,
      peakGigaflops: peak * 1e-9, percentOfPeak: 100 * rate / peak,
      peakResidentMebibytes: try ProcessMemory.peakMebibytes(of: world),
      breakdown: try subject.breakdown(steps: steps), ownAllocations: allocations?[0],
      libraryAllocations: allocations?[1], largeAllocations: allocations?[2],
      pageFaults: try perStep(timing.pageFaults))
    return Outcome(report: report, layers: subject.layers(steps: steps))
  }

  private struct Timing {
    var seconds: [Double] = []
    /// Of all timed steps; nil where nobody counts.
    var allocations: AllocationCounts?
    var pageFaults = 0
  }

  private func time(_ subject: any BenchmarkSubject, _ world: Communicator) throws -> Timing {
    var timing = Timing()
    timing.seconds.reserveCapacity(steps)
    for iteration in 0..<warmup { try subject.step(iteration) }
    try world.barrier()
    subject.reset()
    let faults = ProcessMemory.minorFaults
    let allocations = AllocationCounts.current
    for iteration in warmup..<(warmup + steps) {
      try world.barrier()
      let start = ContinuousClock.now
      try subject.step(iteration)
      try world.barrier()
      timing.seconds.append((ContinuousClock.now - start) / .seconds(1))
    }
    if let allocations, let current = AllocationCounts.current {
      timing.allocations = current - allocations
    }
    timing.pageFaults = ProcessMemory.minorFaults - faults
    return timing
  }
}
