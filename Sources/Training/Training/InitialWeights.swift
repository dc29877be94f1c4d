import Files
import MPI
import Network
import Runs
import Settings

/// Finds out on which weights a run is to start.
package enum InitialWeights {
  /// The configuration with the digest of the weights filled in. Collective.
  ///
  /// A run that goes on from a checkpoint has the digest there and does not need the file any more;
  /// where the file can still be read, another one is refused by the comparison of settings.
  static func resolve(
    _ configuration: RunConfiguration, on world: Communicator
  ) throws -> RunConfiguration {
    var resolved = configuration
    let digest = try world.agree { world.rank == 0 ? try Self.digest(for: configuration) : "" }
    let shared = try world.broadcast(digest)
    resolved.initialWeights = shared.isEmpty ? nil : shared
    return resolved
  }

  /// Empty where the run starts on fresh weights.
  private static func digest(for configuration: RunConfiguration) throws -> String {
    let execution = configuration.execution
    guard !execution.testsOnly else { return "" }
    let path = execution.initialWeightsFile
    if let stored = try storedDigest(configuration), path.map(FileSystem.exists) != true {
      return stored
    }
    guard let path else { return "" }
    let file = try WeightsFile(path)
    try file.check(
      .student, fits: UNet(.init(imageSize: configuration.data.imageSize)).graph.layout)
    return try file.digest()
  }

  /// What a checkpoint of the run to go on with says, or its settings where no checkpoint can be read.
  private static func storedDigest(_ configuration: RunConfiguration) throws -> String? {
    guard configuration.execution.resumes else { return nil }
    let folder = RunFolder(configuration.runDirectory)
    for phase in folder.resumablePhases {
      for path in folder.states(phase) {
        guard case .good(let header) = try CheckpointFile.condition(of: path) else { continue }
        return try header.settings(of: path).initialWeights
      }
    }
    guard let text = try? FileSystem.readText(folder.configuration) else { return nil }
    return (try? RunConfiguration(json: text))?.initialWeights
  }
}
