internal import FoundationEssentials
import Glibc
import Kernels
import MPI
import Methods
import Network
import RandomNumbers

/// Times the steps of training on random images held in memory: what a cluster will do, without
/// data and without files.
public struct Benchmark: Sendable {
  public enum Phase: String, CaseIterable, Sendable {
    case selfTraining = "self"
    case preTraining = "pre"
    case evaluation = "eval"
  }

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
    /// The largest of all ranks.
    public var peakResidentMebibytes: Int

    enum CodingKeys: String, CodingKey {
      case phase, ranks, threads, precision, batch, parameters
      case imageSize = "image_size"
      case vectorUnit = "vector_unit"
      case medianSeconds = "median_s"
      case minimumSeconds = "min_s"
      case maximumSeconds = "max_s"
      case imagesPerSecond = "images_per_s"
      case peakResidentMebibytes = "peak_rss_mib"
    }

    public func json() throws -> String {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }

  /// Collective; the report is the same on every rank. A step lasts until its slowest rank is done.
  public func run(on world: Communicator) throws -> Report {
    let threads = try threadCount ?? CoreCount.share(of: world)
    let compute = try world.agree { try Compute(threads: threads, precision: precision) }
    let network = UNet(.init(imageSize: imageSize))
    let seconds =
      try phase == .evaluation
      ? timeEvaluation(world, compute, network) : timeTraining(world, compute, network)
    let sorted = seconds.sorted()
    let median = sorted[sorted.count / 2]
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Report(
      phase: phase.rawValue, ranks: world.size, threads: threads, precision: precision.rawValue,
      batch: batchSize, imageSize: imageSize, vectorUnit: compute.unit.rawValue,
      parameters: network.graph.layout.parameterCount, medianSeconds: median,
      minimumSeconds: sorted[0], maximumSeconds: sorted[sorted.count - 1],
      imagesPerSecond: Double(batchSize) / median,
      peakResidentMebibytes: Int(try world.allReduceMax(Int64(usage.ru_maxrss))) / 1024)
  }

  private func timeTraining(
    _ world: Communicator, _ compute: Compute, _ network: UNet
  ) throws -> [Double] {
    let method = SwitchMethod(
      coarsePatches: 2, finePatches: 2, frequencyArea: 0.0175, contrastiveWeight: 0.1,
      consistencyWeight: 0.1)
    let plan = method.phases(imageSize: imageSize, batchSize: batchSize)[
      phase == .preTraining ? 0 : 1]
    let share = plan.share(rank: world.rank, ranks: world.size)
    let step = try world.agree {
      try TrainingStep(plan: plan, share: share, network: network, compute: compute, seed: 1)
    }
    let replica = Replica(
      world: world, network: network, compute: compute, seed: 1, weightDecay: 1e-4)
    replica.teacher.assign(replica.student)
    let samples = step.wantedSlots.map { sample(slot: $0) }
    let seconds = try time(world) { iteration in
      if iteration == warmup {
        step.student.profile.reset()
        step.teacher?.profile.reset()
      }
      _ = try step.run(
        iteration: iteration, samples: samples,
        mask: plan.mask.draw(seed: 1, phase: plan.kind, iteration: iteration),
        student: replica.student, teacher: plan.usesTeacher ? replica.teacher : nil,
        awaitTeacher: replica.awaitTeacher, exchange: replica.exchange)
      try replica.reduce(step.student.gradients)
      try replica.update(
        gradients: step.student.gradients, parameters: step.parameterCount, learningRate: 1e-3,
        hasTeacher: plan.usesTeacher)
    }
    try replica.awaitTeacher()
    for (n, r) in [("student", step.student), ("teacher", step.teacher)] {
      guard let r else { continue }
      print(n)
      var totals = [Double](repeating: 0, count: 7)
      for i in 0..<r.graph.operations.count {
        if n == "teacher" && i >= r.graph.projectorStart { continue }
        var line = r.graph.name(ofOperation: i)
        for w in WorkProfile.Work.allCases {
          let v = r.profile.seconds(w, operation: i) * 1000 / Double(steps)
          totals[w.rawValue] += v
          line += " " + (v > 0 ? String(Int(v * 10)) : "-")
        }
        print(line)
      }
      print("totals", totals)
    }
    return seconds
  }

  /// Random gray values, and a mask of about a tenth of the pixels.
  private func sample(slot: BatchSlot) -> TrainingSample {
    var stream = RandomStream(
      seed: 1, purpose: .kernelProbe, slot: 2 * slot.slot + (slot.stream == .labeled ? 1 : 0))
    let words = (0..<(imageSize * imageSize)).map { _ in stream.nextWord() }
    return TrainingSample(
      image: words.map { UInt8($0 & 255) }, label: words.map { $0 >> 8 & 255 < 26 ? 1 : 0 })
  }

  private func timeEvaluation(
    _ world: Communicator, _ compute: Compute, _ network: UNet
  ) throws -> [Double] {
    let runner = try world.agree {
      try NetworkRunner(
        compute: compute, network: network, mode: .evaluation, capacity: compute.pool.count)
    }
    let model = ModelState(layout: network.graph.layout, seed: 1)
    let pixels = imageSize * imageSize
    let image = sample(slot: BatchSlot(.labeled, 0)).image
    let share =
      (world.rank * batchSize / world.size)..<((world.rank + 1) * batchSize / world.size)
    return try time(world) { _ in
      runner.load(model)
      runner.evaluate(share.count, model: model) { _, plane in
        for k in 0..<pixels { plane[k] = Float(image[k]) / 255 }
      } use: { _, _, _ in
      }
    }
  }

  private func time(_ world: Communicator, _ body: (Int) throws -> Void) throws -> [Double] {
    var seconds: [Double] = []
    for iteration in 0..<(warmup + steps) {
      try world.barrier()
      let start = ContinuousClock.now
      try body(iteration)
      try world.barrier()
      if iteration >= warmup { seconds.append((ContinuousClock.now - start) / .seconds(1)) }
    }
    return seconds
  }
}
