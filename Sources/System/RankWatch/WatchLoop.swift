internal import Glibc

/// What the watch's thread does: hears and tells once a second, judges, speaks.
final class WatchLoop {
  private let rank: Int
  private let policy: StallPolicy
  private let endpoint: WatchEndpoint
  private let voice: WatchVoice
  private let activity: RankActivity
  private let wakeup: Int32
  /// Called once, when rank 0 is heard or all its addresses were tried.
  private var settle: (() -> Void)?
  private var clock = WatchClock()
  private var told = Duration.seconds(-1)
  private var view: StallView
  private var own = RankState()
  /// To the other ranks on rank 0, to rank 0 on the others.
  private var links: [WatchLink] = []
  /// The addresses of rank 0 that are left to try.
  private var candidates: [String]
  /// When a rank was lost, after which the job does not go on.
  private var loss: Duration?
  private var warned: Duration?

  init(
    rank: Int, hosts: [String], activity: RankActivity, policy: StallPolicy,
    endpoint: WatchEndpoint, voice: WatchVoice, wakeup: Int32, settle: @escaping () -> Void
  ) {
    self.rank = rank
    self.activity = activity
    self.policy = policy
    self.endpoint = endpoint
    self.voice = voice
    self.wakeup = wakeup
    self.settle = settle
    view = StallView(rank: rank, hosts: hosts)
    candidates = rank == 0 ? [] : endpoint.addresses
  }

  func run(until stops: () -> Bool) {
    while !stops() {
      clock.advance()
      observe()
      view.hear(own, from: rank, at: now)
      if rank == 0 { welcome() } else { reach() }
      for link in links { hear(link) }
      if now - told >= .seconds(1) || isSeeking {
        told = now
        tell(.state)
      }
      judge()
      if !isSeeking {
        settle?()
        settle = nil
      }
      wait()
    }
    tell(.farewell)
  }

  /// Rank 0 may still be found, and is told again and again until it answers.
  private var isSeeking: Bool {
    view.members[0].state == nil && !view.members[0].hasLeft && !candidates.isEmpty
  }

  /// Until somebody writes, at most a quarter of a second.
  private func wait() {
    var descriptors = [wakeup] + links.map(\.socket.descriptor)
    if let listener = endpoint.listener?.descriptor { descriptors.append(listener) }
    var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    poll(&polled, nfds_t(polled.count), isSeeking ? 5 : 250)
  }

  private var now: Duration { clock.now }

  private func observe() {
    let work = own.work
    own = activity.state
    own.work = own.waits ? work : Self.computedTenths
  }

  private static var computedTenths: Int {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return time.tv_sec * 10 + time.tv_nsec / 100_000_000
  }

  private func tell(_ kind: WatchMessage.Kind) {
    // A stranger does not learn the token.
    for link in links where rank != 0 || link.rank != nil { tell(kind, through: link) }
  }

  private func tell(_ kind: WatchMessage.Kind, through link: WatchLink) {
    link.send(WatchMessage(token: endpoint.token, kind: kind, rank: rank, state: own))
  }

  private func hear(_ link: WatchLink) {
    let (messages, outcome) = link.receive(token: endpoint.token)
    for message in messages where view.members.indices.contains(message.rank) {
      let isNew = link.rank == nil
      link.rank = message.rank
      if message.rank == 0 { candidates = [] }
      // Whoever has found rank 0 knows of it from the first moment on.
      if isNew && rank == 0 { tell(.state, through: link) }
      switch message.kind {
      case .state: view.hear(message.state, from: message.rank, at: now)
      case .farewell: view.members[message.rank].hasLeft = true
      case .end: voice.endJob()
      }
    }
    guard outcome != .nothingYet else { return }
    links.removeAll { $0 === link }
    if link.rank == nil && !candidates.isEmpty { candidates.removeFirst() }
    if let other = link.rank, !view.members[other].hasLeft {
      view.members[other].hasLeft = true
      lose(other, outcome)
    }
  }

  // MARK: Judging

  /// Rank 0 is heard, and judges for this rank too.
  private var hearsRankZero: Bool {
    let first = view.members[0]
    return rank != 0 && !first.hasLeft && first.state != nil
      && now - first.heard <= StallView.silence
  }

  private func judge() {
    if let loss, now - loss > .seconds(10) { end() }
    guard !hearsRankZero else { return }
    let idle = view.idle(at: now)
    // Where rank 0 was never heard, others may well be at work.
    if let limit, idle >= limit + (view.isSpeaker ? .zero : Self.patience) {
      voice.say(
        WatchNotice(
          text: "the job has stood still for \(idle.wholeSeconds) s and is ended; "
            + "\(view.words(at: now)); \(policy.remedy)",
          endsJob: true))
      end()
    }
    guard let warning = policy.warning else { return }
    if idle >= warning && warned == nil {
      warned = now - idle
      let left = limit.map { "; the job ends in \(max(.zero, $0 - idle).wholeSeconds) s" }
      say("nothing has gone on for \(idle.wholeSeconds) s: \(view.words(at: now))\(left ?? "")")
    } else if let since = warned, idle < warning {
      warned = nil
      say("the job goes on after \((now - idle - since).wholeSeconds) s")
    }
  }

  /// After which a rank that leaves speaking to another one does it itself: that may know less.
  private static let patience = Duration.seconds(5)

  private var limit: Duration? { view.members[0].state == nil ? nil : policy.limit }

  private func say(_ text: String, endsJob: Bool = false) {
    if view.isSpeaker { voice.say(WatchNotice(text: text, endsJob: endsJob)) }
  }

  /// A connection has ended without farewell. Whoever is lost after the first is a consequence.
  private func lose(_ other: Int, _ outcome: WatchSocket.Outcome) {
    guard loss == nil else { return }
    if policy.limit != nil { loss = now }
    let what =
      outcome == .unreachable
      ? "has not answered for \(policy.unreachable.wholeSeconds) s: its host or the network is down"
      : "is gone: its process was killed or has crashed"
    say(
      "\(view.name(other)) \(what); the job ends; \(policy.remedy)",
      endsJob: true)
    if outcome == .unreachable && policy.limit != nil { end() }
  }

  private func end() -> Never {
    tell(.end)
    voice.endJob()
  }

  // MARK: Finding each other

  private func welcome() {
    guard let listener = endpoint.listener else { return }
    while let peer = listener.accepted() {
      peer.failsUnanswered(after: policy.unreachable)
      links.append(WatchLink(peer, at: now))
    }
    // Whoever says nothing is no rank of this job, and keeps no descriptor of it.
    links.removeAll { $0.rank == nil && now - $0.begun > .seconds(60) }
  }

  /// Tries the addresses of rank 0 one after the other until one answers as rank 0 of this job.
  private func reach() {
    guard let address = candidates.first else { return }
    if links.isEmpty {
      guard let socket = WatchSocket.connecting(to: address, port: endpoint.port) else {
        candidates.removeFirst()
        return
      }
      socket.failsUnanswered(after: policy.unreachable)
      links = [WatchLink(socket, at: now)]
    } else if let link = links.first, now - link.begun > .seconds(5) {
      links = []
      candidates.removeFirst()
    }
  }
}
