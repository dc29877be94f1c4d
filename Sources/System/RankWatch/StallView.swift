/// What one rank knows of all, and what follows: who stands still, and who keeps the others waiting.
/// Times are of the watch's own clock.
package struct StallView: Sendable {
  /// What is known of one rank.
  package struct Member: Sendable {
    let host: String
    /// As last heard; nil where nothing was.
    var state: RankState?
    /// When the state last changed, and when it was last heard.
    var changed = Duration.zero
    var heard = Duration.zero
    /// It has said farewell, or its connection has ended.
    var hasLeft = false
  }

  let rank: Int
  var members: [Member]

  package init(rank: Int, hosts: [String]) {
    self.rank = rank
    members = hosts.map { Member(host: $0) }
  }

  package mutating func hear(_ state: RankState, from rank: Int, at now: Duration) {
    if members[rank].state != state { members[rank].changed = now }
    members[rank].state = state
    members[rank].heard = now
  }

  /// How long no rank that is known has got any further.
  package func idle(at now: Duration) -> Duration {
    let known = members.filter { $0.state != nil && !$0.hasLeft }
    return now - (known.map(\.changed).max() ?? now)
  }

  /// Whether this rank speaks: rank 0, and where that is not heard the first other one of each host.
  package var isSpeaker: Bool {
    rank == 0 || members.indices.first { $0 > 0 && members[$0].host == members[rank].host } == rank
  }

  /// `rank 3 (node-b)`.
  func name(_ rank: Int) -> String { "rank \(rank) (\(members[rank].host))" }

  /// What keeps the job: the ranks that do not wait for others, or are not heard of.
  package func words(at now: Duration) -> String {
    let present = members.indices.filter {
      !members[$0].hasLeft && (rank == 0 || $0 == 0 || members[$0].state != nil)
    }
    let awaited = present.filter { isSilent($0, at: now) || members[$0].state?.waits != true }
    let waiting = present.filter { !awaited.contains($0) }
    let furthest = waiting.max { exchange($0) < exchange($1) }
    let behind = waiting.filter { furthest.map(exchange) ?? 0 > exchange($0) }
    let late = awaited.isEmpty ? behind : awaited
    let shown = late.prefix(3).map { member($0, at: now) }.joined(separator: "; ")
    let names = shown + (late.count > 3 ? "; and \(late.count - 3) others" : "")
    guard let furthest, let state = members[furthest].state else { return names }
    guard !late.isEmpty else {
      return "all ranks wait in \(state.words): the network or MPI does not bring it to an end"
    }
    return "\(name(furthest)) waits in \(state.words), for \(names)"
  }

  private func exchange(_ index: Int) -> Int { members[index].state?.exchange ?? 0 }

  private func isSilent(_ index: Int, at now: Duration) -> Bool {
    index != rank && (members[index].state == nil || now - members[index].heard > Self.silence)
  }

  /// Several times the second between two messages.
  static let silence = Duration.seconds(5)

  private func member(_ index: Int, at now: Duration) -> String {
    let member = members[index]
    guard let state = member.state else { return "\(name(index)), of which nothing was heard" }
    guard isSilent(index, at: now) else { return "\(name(index)), which is in \(state.words)" }
    let silence = (now - member.heard).wholeSeconds
    return
      "\(name(index)), last in \(state.words), not heard of for \(silence) s: stopped or cut off"
  }
}

extension Duration {
  var wholeSeconds: Int { Int(self / .seconds(1)) }
}
