import ArgumentParser
import Benchmarks
import Jobs
import Kernels
import MPI
import Settings

extension Benchmark.Phase: ExpressibleByArgument {}

/// `switch-dist bench`: how fast this machine trains.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time training steps on random images; also under mpirun.",
    discussion: """
      Examples:
        switch-dist bench --phase self --breakdown
        mpirun -n 2 switch-dist bench --phase self --precision bf16 --threads 1 --json
      """)

  @Option(
    help: "What to time: \(Benchmark.Phase.allCases.map(\.rawValue).joined(separator: ", ")).")
  var phase = Benchmark.Phase.selfTraining

  @Option(help: "Precision of feature maps and convolutions: fp32 or bf16.")
  var precision = Precision.fp32

  @Option(help: "Timed steps.")
  var steps = 5

  @Option(help: "Steps before them.")
  var warmup = 2

  @Option(help: "Images of a step over all ranks; a multiple of 4.")
  var batchSize = 16

  @Option(help: "Side of the images in pixels; a multiple of 16, at least 32.")
  var imageSize = 256

  @Option(help: "Computing threads of each rank. (default: the cores a rank may use)")
  var threads: Int?

  @Flag(help: "Print the time of each layer too.")
  var breakdown = false

  @Flag(help: "Print one line of JSON.")
  var json = false

  @OptionGroup var stalls: StallFlags

  func run() throws {
    try requireImageSize(imageSize)
    var configuration = RunConfiguration()
    configuration.schedule.batchSize = batchSize
    configuration.execution.threadCount = threads
    try configuration.validate()
    guard steps >= 1, warmup >= 0 else {
      throw ConfigurationError("--steps must be 1 or more, --warmup 0 or more")
    }
    let benchmark = Benchmark(
      phase: phase, precision: precision, steps: steps, warmup: warmup, batchSize: batchSize,
      imageSize: imageSize,
      threadCount: threads)
    let settings = ParallelJob.settings(ofArguments: Array(CommandLine.arguments.dropFirst()))
    try ParallelJob.run("bench", settings: settings, stalls: stalls.policy) { world in
      try world.agree { try configuration.validate(rankCount: world.size) }
      let outcome = try benchmark.run(on: world)
      guard world.rank == 0 else { return }
      print(try json ? outcome.report.json() : BenchText.summary(outcome.report))
      if breakdown && !json { print(BenchText.layers(outcome.layers)) }
    }
  }
}
