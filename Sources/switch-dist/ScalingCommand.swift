import ArgumentParser
import Benchmarks
import Jobs
import Kernels
import MPI
import Scaling
import Settings

/// `switch-dist scaling`: what more ranks and other networks would bring.
struct ScalingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scaling",
    abstract: "Tell from measured steps what more ranks and other networks would bring.",
    discussion: """
      Examples:
        switch-dist scaling
        mpirun -n 8 switch-dist scaling --batch-size 64 --world 8,64,512

      Times the steps that a rank takes with its part of a batch, and goes through those of many ranks \
      with their exchanges. Under mpirun it also measures the network and compares itself with the job's \
      own steps: start as many ranks on a host as the real job will have. See Scaling in the documentation.
      """)

  @Option(help: "Phase: \(Self.phases.map(\.rawValue).joined(separator: ", ")).")
  var phase = Benchmark.Phase.selfTraining

  @Option(help: "Precision of feature maps and convolutions: fp32 or bf16.")
  var precision = Precision.fp32

  @Option(help: "Timed steps of each size.")
  var steps = 4

  @Option(
    help: "Images of a step over all ranks; more where ranks would have none. A multiple of 4.")
  var batchSize = 16

  @Option(help: "Side of the images in pixels; a multiple of 16, at least 32.")
  var imageSize = 256

  @Option(help: "Computing threads of each rank. (default: the cores a rank may use)")
  var threads: Int?

  @Option(
    help: ArgumentHelp("Numbers of ranks to tell of, with commas between them.", valueName: "ranks")
  )
  var world = "8,16,32,64,128,256,512"

  @Option(help: "Ranks of a host in these worlds. (default: those of this job's first host)")
  var ranksPerHost: Int?

  @Option(
    help: ArgumentHelp(
      "A network beside the usual ones: microseconds of a short message and GB/s, such as 12,2.5.",
      valueName: "latency,bandwidth"))
  var link: String?

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var stalls: StallFlags

  private static let phases = Benchmark.Phase.allCases.filter { $0 != .evaluation }
  private static let mostRanks = 4096

  func run() throws {
    try requireImageSize(imageSize)
    var configuration = RunConfiguration()
    configuration.schedule.batchSize = batchSize
    configuration.execution.threadCount = threads
    try configuration.validate()
    let ranks = try worlds()
    guard phase != .evaluation else {
      throw ConfigurationError("--phase eval has no exchanges; take another")
    }
    guard (1...1000).contains(steps) else {
      throw ConfigurationError("--steps must be in 1 … 1000, not \(steps)")
    }
    let benchmark = Benchmark(
      phase: phase, precision: precision, steps: steps, warmup: 1, batchSize: batchSize,
      imageSize: imageSize, threadCount: threads)
    let scaling = ScalingRun(
      benchmark: benchmark, ranks: ranks, ranksPerHost: ranksPerHost, link: try network())
    let settings = ParallelJob.settings(ofArguments: Array(CommandLine.arguments.dropFirst()))
    try ParallelJob.run("scaling", settings: settings, stalls: stalls.policy) { world in
      try world.agree { try configuration.validate(rankCount: world.size) }
      let report = try scaling.run(on: world)
      guard world.rank == 0 else { return }
      print(try json ? report.json() : ScalingText.text(of: report))
    }
  }

  private func network() throws(ConfigurationError) -> Link? {
    guard let link else { return nil }
    let numbers = link.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    guard numbers.count == 2, let latency = numbers[0], let bandwidth = numbers[1],
      latency >= 0, latency < 1e9, bandwidth > 0, bandwidth.isFinite
    else {
      throw ConfigurationError(
        "--link takes microseconds and GB/s with a comma between them, such as 12,2.5, not \"\(link)\""
      )
    }
    return Link(latency: 1e-6 * latency, bytesPerSecond: 1e9 * bandwidth)
  }

  private func worlds() throws(ConfigurationError) -> [Int] {
    let numbers = world.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    let ranks = numbers.compactMap { $0 }.filter { (1...Self.mostRanks).contains($0) }
    guard ranks.count == numbers.count else {
      throw ConfigurationError(
        "--world takes numbers of ranks in 1 … \(Self.mostRanks) with commas between them, not \"\(world)\""
      )
    }
    guard (ranksPerHost ?? 1) >= 1 else {
      throw ConfigurationError("--ranks-per-host must be 1 or more")
    }
    return ranks
  }
}
