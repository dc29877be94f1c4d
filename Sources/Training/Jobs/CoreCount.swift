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

  /// How many threads there are for a core, where each rank of this rank's cores has so many; 1 where each
  /// thread has one of its own. Collective.
  package static func crowding(threads: Int, of world: Communicator) throws -> Double {
    let node = try world.splitByNode()
    let cores = UsableCores()
    let sharers = try count(of: cores.allowed, in: node)
    return try world.allReduceMax(
      max(1, Double(sharers * threads) / Double(max(1, cores.physicalCount))))
  }

  /// Says, on rank 0, on which hosts cores are left idle because no rank may use them. Collective.
  package static func notes(of world: Communicator) throws -> [String] {
    let node = try world.splitByNode()
    let masks = try node.allGather(UsableCores().allowed).map { UsableCores.cores(of: $0) }
    var line = ""
    if node.rank == 0, let idle = IdleCores(masks: masks, offered: UsableCores.offered()) {
      line =
        "only \(idle.used) of \(idle.all) cores of \(Communicator.hostName) can be used: "
        + "\(idle.ranks == 1 ? "its rank is" : "its \(idle.ranks) ranks are") bound to them; \(IdleCores.remedy)"
    }
    return try world.allGather(line).filter { !$0.isEmpty }
  }

  /// Ranks that have the same text.
  private static func count(of text: String, in node: Communicator) throws(MPIError) -> Int {
    try node.allGather(text).count { $0 == text }
  }
}
