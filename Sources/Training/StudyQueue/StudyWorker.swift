import Files
import Glibc
import Jobs
import Metrics
import Runs
import Settings
import Studies
import Telemetry
import Training

/// Takes the runs of a study that nobody has, one after the other or several at a time, until none is left.
///
/// Workers share nothing but the study's folder. A run is claimed by a lock file (`LockFile`), carried out as a
/// child process, `train --resume-if-begun`, and is done when its folder says so, whoever did it.
public final class StudyWorker {
  /// How a worker came to its end.
  public enum Outcome: Equatable, Sendable {
    /// Every run is done.
    case done
    /// Nothing is left, and so many runs failed.
    case failed(Int)
    /// Others have what is left.
    case leftToOthers(Int)
  }

  let study: Study
  let options: WorkerOptions
  let console: Console
  private let commandLine: StudyCommandLine
  private let stopRequest = StopRequest()
  private var sessions: [RunSession] = []
  private var isStopping = false
  /// Names of the runs that are done; the others are looked at again and again.
  private var done: Set<String> = []
  private(set) var failures: [String: StudyFailure] = [:]
  private(set) var elsewhere: [String: String] = [:]
  /// Sessions in a row that got no further, and when the next may begin.
  private var vain: [String: Int] = [:]
  private var pauses: [String: ContinuousClock.Instant] = [:]
  private var nextLook = ContinuousClock.now
  private var waitsFor = ""
  private lazy var progress = StudyProgressLine(self)

  /// Sessions of a run in a row that crash and get no further.
  private static let mostVainSessions = 3
  /// Between two looks at what others do.
  private static let lookInterval = Duration.seconds(2)

  /// - Throws: `FileError` where the program or mpirun is not there.
  public init(_ study: Study, _ options: WorkerOptions, console: Console) throws(FileError) {
    self.study = study
    self.options = options
    self.console = console
    commandLine = try StudyCommandLine(study, options)
  }

  /// Works until nothing is left to do.
  ///
  /// - Throws: `RunStopped` when it was asked to stop before, with checkpoints of all runs under way.
  public func run() throws -> Outcome {
    if options.retriesFailed {
      for point in study.points { try FileSystem.remove(study.folder.failure(point)) }
    }
    look()
    console.write(
      line: "study \(study.folder.path): \(study.points.count) runs, \(done.count) of them done; "
        + "\(options.jobs) at a time, \(options.ranks.map { "\($0) ranks of " } ?? "")"
        + commandLine.threads(of: study.points))
    while true {
      try settleSessions()
      if stopRequest.isSet { askToStop() }
      if !isStopping {
        try startSessions()
        if sessions.isEmpty, let outcome = outcome() {
          console.clearProgress()
          tidy()
          return outcome
        }
      } else if sessions.isEmpty {
        console.clearProgress()
        if done.count == study.points.count { return .done }
        console.write(line: "stopped; the same command goes on")
        throw RunStopped()
      }
      progress.show()
      usleep(Self.pollMicroseconds)
    }
  }

  private static let pollMicroseconds: UInt32 = 100_000

  // MARK: What there is to do

  var doneCount: Int { done.count }
  var runningPoints: [StudyPoint] { sessions.map(\.point) }
  func isDone(_ point: StudyPoint) -> Bool { done.contains(point.name) }

  /// Looks at the runs that are not this worker's and were not done.
  private func look() {
    failures = [:]
    elsewhere = [:]
    let own = Set(sessions.map(\.point.name))
    for point in study.points where !done.contains(point.name) && !own.contains(point.name) {
      switch study.state(of: point) {
      case .done: if hasReport(point) { done.insert(point.name) }
      case .failed(let failure): failures[point.name] = failure
      case .running(let owner): elsewhere[point.name] = owner
      case .waiting, .begun: break
      }
    }
    nextLook = .now + Self.lookInterval
  }

  /// Written last, and worth another session, but no more than one of each worker.
  private func hasReport(_ point: StudyPoint) -> Bool {
    FileSystem.exists(study.folder.run(point).report)
  }

  /// Fills the places that are free.
  private func startSessions() throws {
    guard sessions.count < options.jobs else { return }
    if ContinuousClock.now >= nextLook { look() }
    for point in study.points {
      guard sessions.count < options.jobs, !stopRequest.isSet else { return }
      guard !done.contains(point.name), failures[point.name] == nil,
        elsewhere[point.name] == nil, !sessions.contains(where: { $0.point.name == point.name }),
        pauses[point.name].map({ $0 <= .now }) ?? true
      else { continue }
      try start(point)
    }
  }

  /// Claims a run and starts it, if nobody has it or has done it meanwhile.
  private func start(_ point: StudyPoint) throws(FileError) {
    let claim: LockFile
    do throws(FileError) {
      claim = try LockFile(
        on: study.folder.claim(point), against: "another worker", remedy: "take another run")
    } catch {
      guard error.isInUse else { throw error }
      elsewhere[point.name] = LockFile.owner(of: study.folder.claim(point)) ?? "another worker"
      return
    }
    claim.removeLeftovers()
    let run = study.folder.run(point)
    if run.isFinished && hasReport(point) {
      done.insert(point.name)
    } else if let owner = LockFile.owner(of: run.path) {
      // A process that outlived its worker, or was started by hand.
      elsewhere[point.name] = owner
    } else {
      let isBegun = run.holdsBeginning
      sessions.append(try RunSession(point, of: study, claim: claim, commandLine))
      say("\(isBegun ? "going on with" : "beginning") \(point.name)")
      return
    }
    claim.release()
  }

  /// Nil while there is something to wait for.
  private func outcome() -> Outcome? {
    if ContinuousClock.now >= nextLook { look() }
    let left = study.points.filter { !done.contains($0.name) && failures[$0.name] == nil }
    guard !left.isEmpty else { return failures.isEmpty ? .done : .failed(failures.count) }
    let others = left.filter { elsewhere[$0.name] != nil }
    guard others.count == left.count else { return nil }
    guard options.waits else { return .leftToOthers(left.count) }
    let text = others.map { "\($0.name): \(elsewhere[$0.name] ?? "")" }.joined(separator: "; ")
    if waitsFor.isEmpty { say("waiting for \(left.count) runs that others have: \(text)") }
    waitsFor = text
    return nil
  }

  /// Removes what workers and runs left that were killed when their run was as good as done: locks, and
  /// files on their way.
  private func tidy() {
    for point in study.points where done.contains(point.name) {
      let run = study.folder.run(point)
      for (subject, folders) in [(study.folder.claim(point), []), (run.path, run.folders)] {
        guard
          let lock = try? LockFile(on: subject, against: "another worker", remedy: "leave it")
        else { continue }
        for folder in folders { lock.removeLeftovers(in: folder) }
        lock.release()
      }
    }
  }

  // MARK: Ends of sessions

  private func settleSessions() throws {
    let ended = sessions.compactMap { session in session.exitCode.map { (session, $0) } }
    guard !ended.isEmpty else { return }
    sessions.removeAll { session in ended.contains { $0.0 === session } }
    for (session, code) in ended {
      try settle(session, code)
      session.giveFree()
    }
    nextLook = .now
  }

  private func settle(_ session: RunSession, _ code: Int32) throws {
    let point = session.point
    if study.folder.run(point).isFinished {
      done.insert(point.name)
      try FileSystem.remove(study.folder.failure(point))
      let scores = try ScoreTable(study.folder.run(point).scores).scores.map(\.dice)
      let dice = decimalText(100 * scores.reduce(0, +) / Double(scores.count), places: 2)
      say("done \(point.name): Dice \(dice) %, \(durationText(seconds: session.seconds))")
      return
    }
    let (refusal, last) = session.lastWords()
    let words = refusal ?? last
    guard !isStopping else { return }
    guard let reason = Self.reasonToGoOn(code, after: refusal) else {
      return try fail(point, code, words ?? "ended with code \(code)")
    }
    guard code != RunStopped.exitCode else { return }
    let count = session.gotFurther ? 1 : (vain[point.name] ?? 0) + 1
    vain[point.name] = count
    guard count < Self.mostVainSessions else {
      return try fail(point, code, words.map { "\(reason): \($0)" } ?? reason)
    }
    let pause = Self.pause << count
    pauses[point.name] = .now + .seconds(pause)
    say("\(point.name): \(reason); started again in \(pause) s")
  }

  /// Seconds, twice as many each time.
  private static let pause = 1

  /// Why another session may get further; nil where it would end the same way. As launch/supervise has it.
  ///
  /// - Parameter refusal: what the program said was wrong. MPI ends a process by the same code, without such a
  ///   line: several that begin and end in one moment may lose their folder of temporary files to each other.
  private static func reasonToGoOn(_ code: Int32, after refusal: String?) -> String? {
    switch code {
    case 1 where refusal == nil: "MPI ended it"
    case 1, 2, EX_USAGE, 126, 127: nil
    case 0: "it ended without a result"
    case RunStopped.exitCode: "it was stopped"
    case EX_SOFTWARE: "one rank failed by itself"
    case EX_TEMPFAIL: "it could not go on at that time"
    case 129...: "it was ended by signal \(code - 128)"
    default: "it ended with code \(code)"
    }
  }

  private func fail(_ point: StudyPoint, _ code: Int32, _ message: String) throws {
    let failure = StudyFailure(
      code: Int(code), message: message, sessions: (vain[point.name] ?? 0) + 1)
    try failure.write(to: study.folder.failure(point))
    failures[point.name] = failure
    vain[point.name] = nil
    say("failed \(point.name): \(message) (\(study.folder.log(point)))")
  }

  private func askToStop() {
    guard !isStopping else { return }
    isStopping = true
    if !sessions.isEmpty {
      say("stopping: \(sessions.count) under way write their checkpoints")
    }
    for session in sessions { session.askToStop() }
  }

  private func say(_ text: String) {
    console.write(line: text)
    progress.isDue = true
  }
}
