import Jobs
import MPI

/// The cores that each rank was bound to, against its threads and against those of its neighbours.
struct CoreExamination: Examination {
  func examine(_ job: ExaminedJob) throws -> [Finding] {
    let own = UsableCores()
    let ranks = try Neighbours(own, threads: job.threads, on: job.node)
    var findings = [ranks.finding(of: job.node.rank)]
    if let lack = ranks.lackOfQuota(own) { findings.append(lack) }
    if job.node.rank == 0, let idle = ranks.idleCores { findings.append(idle) }
    return findings
  }
}

/// The ranks of one machine, by their places on it.
private struct Neighbours {
  let lists: [String]
  let cores: [Set<String>]
  let threads: [Int]
  /// Ranks in the same control group as this one.
  let groupMembers: Int

  /// Collective on the machine.
  init(_ own: UsableCores, threads: Int, on node: Communicator) throws {
    lists = try node.allGather(own.allowed)
    cores = lists.map { UsableCores.cores(of: $0) }
    self.threads = try node.allGather(Int64(threads)).map { Int($0) }
    groupMembers = try node.allGather(own.group).count { $0 == own.group }
  }

  private static let fewer =
    "start fewer ranks on this host, or give each fewer threads (--threads)"

  /// The rank may not compute on all cores that there are.
  private func isBound(_ rank: Int) -> Bool {
    UsableCores.offered().map { !UsableCores.cores(of: $0).isSubset(of: cores[rank]) } ?? false
  }

  func finding(of rank: Int) -> Finding {
    let all = cores[rank]
    // Who may compute nowhere else.
    let confined = cores.indices.filter { cores[$0].isSubset(of: all) }
    let wanted = confined.reduce(0) { $0 + threads[$1] }
    let isOversubscribed = wanted > max(1, all.count)
    let place = place(of: rank)
    let work = Self.count(threads[rank], "thread")
    guard !isOversubscribed else {
      return Finding(
        .warn, "cores",
        confined.count == 1
          ? "\(work) on \(place) (processors \(lists[rank]))"
          : "\(confined.count) ranks with \(Self.count(wanted, "thread")) share \(place) "
            + "(processors \(lists[rank]))",
        advice: isBound(rank) ? IdleCores.remedy : Self.fewer)
    }
    let isShared = cores.indices.contains { $0 != rank && !cores[$0].isDisjoint(with: all) }
    return Finding(
      .ok, "cores",
      isShared
        ? "\(work), not bound: \(place) (processors \(lists[rank])) for "
          + Self.count(confined.count, "rank")
        : "\(work) on \(place) of its own")
  }

  private func place(of rank: Int) -> String {
    let count = Self.count(max(1, cores[rank].count), "core")
    let processors = UsableCores.processors(lists[rank]).count
    return processors > cores[rank].count ? "\(count) (\(processors) hyperthreads)" : count
  }

  /// The quota of processor time is less than the threads of all could use.
  func lackOfQuota(_ own: UsableCores) -> Finding? {
    guard let quota = own.quota, quota < Double(groupMembers) else { return nil }
    return Finding(
      .warn, "cores",
      "the control group may use \(quota) processors, less than one for each of its "
        + Self.count(groupMembers, "rank"),
      advice: "start fewer ranks, or raise the container's or batch system's limit of processors")
  }

  /// Cores of the machine, or of what the batch system gave of it, that no rank may use.
  var idleCores: Finding? {
    guard let idle = IdleCores(masks: cores, offered: UsableCores.offered()) else { return nil }
    return Finding(
      .warn, "cores",
      "the \(Self.count(idle.ranks, "rank")) of this host may use \(idle.used) of "
        + Self.count(idle.all, "core"),
      advice: IdleCores.remedy)
  }

  private static func count(_ number: Int, _ name: String) -> String {
    "\(number) \(name)\(number == 1 ? "" : "s")"
  }
}
