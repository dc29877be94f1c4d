import RankWatch

extension Communicator {
  /// Starts the watch over all ranks, where there are others to wait for. Collective.
  func startWatch(_ policy: StallPolicy) throws(MPIError) {
    guard size > 1 else { return }
    let hosts = try allGather(Self.hostName)
    let own = rank == 0 ? WatchEndpoint(hosts: hosts) : nil
    let text = try broadcast(own?.text ?? "")
    guard let endpoint = own ?? WatchEndpoint(text) else { return }
    let watch = RankWatch(
      rank: rank, hosts: hosts, activity: activity, policy: policy, endpoint: endpoint)
    if rank != 0 { watch.awaitRankZero() }
    self.watch = watch
  }
}
