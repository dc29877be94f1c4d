import Jobs
import Kernels
import Logging
import MPI
import Network
import Runs
import Settings
import Telemetry

/// What tests and predictions work with on one rank: the weights' settings, network and threads.
package final class InferenceContext {
  package let world: Communicator
  let options: InferenceOptions
  /// Of the run the weights come from, where they say so; flags have won.
  package let configuration: RunConfiguration
  /// The file of the weights.
  let weights: String
  /// Of the images the weights were trained on; empty where they do not say.
  let sourceDigest: String
  package let compute: Compute
  package let network: UNet
  let console = Console()
  let log: Logger

  /// Collective: rank 0 reads what the weights say, all go on with it.
  init(world: Communicator, options: InferenceOptions) throws {
    self.world = world
    self.options = options
    log = Logger.forRun(rank: world.rank, console: console)
    let texts = try world.agree { () -> [String] in
      guard world.rank == 0 else { return ["", "", ""] }
      let (file, configuration) = try options.resolve()
      return [file.path, file.header?.sourceDigest ?? "", try configuration.canonicalJSON()]
    }.map { try world.broadcast($0) }
    (weights, sourceDigest) = (texts[0], texts[1])
    let configuration = try RunConfiguration(json: texts[2])
    self.configuration = configuration
    let cores = try CoreCount.share(of: world)
    let threads = options.threadCount ?? cores
    let compute = try world.agree {
      try Compute(threads: threads, precision: configuration.precision)
    }
    self.compute = compute
    network = UNet(.init(imageSize: configuration.data.imageSize))
    if world.size > 1 {
      let network = network
      let probe = try world.agree { try KernelProbe.run(network: network, compute: compute) }
      try KernelProbe.requireAgreement(on: probe.hash, world: world)
    }
  }

  /// Reads a model on rank 0 and gives it to all. Collective.
  func model(_ role: ModelRole) throws -> ModelState {
    let model = ModelState(layout: network.graph.layout)
    try world.agree {
      guard world.rank == 0 else { return }
      if let note = try WeightsFile(weights).read(role, into: model) { log.info("\(note)") }
    }
    try world.broadcast(model.parameters.values)
    try world.broadcast(model.running.values)
    return model
  }
}
