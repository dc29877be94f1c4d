import MPI

/// The cores a rank may use. Collective, also for a rank that is told its number of threads.
package enum CoreCount {
  /// This process' cores, shared with the ranks of the same node that have the same ones (a launcher
  /// that does not bind gives all ranks all cores); no more than its part of the group's quota.
  package static func share(of world: Communicator) throws -> Int {
    // Every rank counts both, whatever it finds: some may have a quota and others none.
    let node = try world.splitByNode()
    let cores = UsableCores()
    let sharers = try count(of: cores.allowed, in: node)
    let members = try count(of: cores.group, in: node)
    let share = cores.physicalCount / max(1, sharers)
    guard let quota = cores.quota else { return max(1, share) }
    return max(1, min(share, Int(quota.rounded(.up)) / max(1, members)))
  }

  /// Ranks that have the same text.
  private static func count(of text: String, in node: Communicator) throws(MPIError) -> Int {
    let bytes = Array(text.utf8)
    return try node.allGatherVariable(bytes).count { $0 == bytes }
  }
}
