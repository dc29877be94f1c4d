import Jobs
import Kernels
import MPI
import Network
import Settings

/// The job whose set-up is examined, and what earlier examinations found out for later ones.
final class ExaminedJob {
  let world: Communicator
  /// The ranks of this machine.
  let node: Communicator
  let hosts: [String]
  /// What is examined as the folder of runs; of this rank.
  let folder: String
  /// Computing threads of this rank.
  let threads: Int
  /// A run with all defaults.
  let configuration = RunConfiguration()
  /// Its network.
  let network: UNet

  /// Rank 0 can write to the folder; the same on all ranks.
  var hasFolder = true
  /// All ranks have kernels for their processors and memory for the network; the same on all ranks.
  var canCompute = true
  /// What one image took, where it was tried.
  var probe: KernelProbe.Outcome?

  /// Collective.
  init(_ world: Communicator, folder: String, threads: Int?) throws {
    self.world = world
    self.folder = folder
    node = try world.splitByNode()
    hosts = try world.allGather(Communicator.hostName)
    let share = try CoreCount.share(of: world)
    self.threads = threads ?? share
    network = UNet(.init(imageSize: configuration.data.imageSize))
  }

  /// The machines, each once.
  var distinctHosts: [String] {
    var distinct: [String] = []
    for host in hosts where !distinct.contains(host) { distinct.append(host) }
    return distinct
  }

  /// Bytes of a checkpoint: student, teacher and momentum, about.
  var checkpointBytes: Int { 3 * 4 * network.graph.layout.parameterCount }

  /// Whether something holds on every rank. Collective.
  func all(_ holds: Bool) throws -> Bool {
    try world.allReduceMin(UInt8(holds ? 1 : 0)) == 1
  }
}
