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
  /// The files of the weights, in the order in which they are averaged.
  let weights: [String]
  /// Of the images each was trained on; empty where it does not say.
  let sourceDigests: [String]
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
      let (files, configuration) = try options.resolve()
      return [
        files.map(\.path).joined(separator: "\n"),
        files.map { $0.sourceDigest ?? "" }.joined(separator: "\n"),
        try configuration.canonicalJSON(),
      ]
    }.map { try world.broadcast($0) }
    func lines(_ text: String) -> [String] {
      text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
    (weights, sourceDigests) = (lines(texts[0]), lines(texts[1]))
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

  /// That model of each file. Collective.
  func ensemble(_ role: ModelRole) throws -> Ensemble {
    Ensemble(
      try weights.map { try model(role, of: $0) }, addsMirrorImages: options.addsMirrorImages)
  }

  /// Reads a model on rank 0 and gives it to all. Collective.
  private func model(_ role: ModelRole, of path: String) throws -> ModelState {
    let model = ModelState(layout: network.graph.layout)
    try world.agree {
      guard world.rank == 0 else { return }
      if let note = try WeightsFile(path).read(role, into: model) { log.info("\(note)") }
    }
    try world.broadcast(model.parameters.values)
    try world.broadcast(model.running.values)
    return model
  }
}
