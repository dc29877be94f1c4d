import Benchmarks
import Files
import Glibc
import Jobs
import Processes
import Settings
import Studies
import Telemetry

/// What a study would take on this machine: each kind of run is timed once, as `train --dry-run` does it, with
/// the ranks and threads that a worker would give it. Nothing is trained or written.
public struct StudyEstimate {
  /// One run.
  struct Entry {
    let point: StudyPoint
    let state: StudyPoint.State
    /// Nil where it could not be timed, for the reason that `failure` gives.
    let cost: RunCost?
    let failure: String?

    /// Of the whole run; nil where it could not be timed.
    var seconds: Double? { cost?.seconds(of: point.configuration) }
  }

  private let entries: [Entry]
  private let options: WorkerOptions
  private let commandLine: StudyCommandLine

  /// - Throws: `FileError`, also where there is no mpirun and the options ask for ranks.
  public init(_ study: Study, _ options: WorkerOptions, console: Console) throws {
    self.options = options
    commandLine = try StudyCommandLine(study, options)
    var known: [String: Result<RunCost, ConfigurationError>] = [:]
    let kinds = Set(try study.points.map { try $0.kind })
    var entries: [Entry] = []
    for point in study.points {
      let kind = try point.kind
      if known[kind] == nil {
        console.draw(progress: "timing run \(known.count + 1) of \(kinds.count): \(point.name)")
        known[kind] = try Self.measure(point, commandLine)
      }
      let result = known[kind]
      entries.append(
        Entry(
          point: point, state: study.state(of: point), cost: try? result?.get(),
          failure: result?.failure))
    }
    console.clearProgress()
    self.entries = entries
  }

  /// Times one run in a process of its own, for its data and MPI.
  private static func measure(
    _ point: StudyPoint, _ commandLine: StudyCommandLine
  ) throws -> Result<RunCost, ConfigurationError> {
    let folder = try FileSystem.makeTemporaryFolder(named: "switch-dist-study")
    let (file, output) = ("\(folder)/options.yaml", "\(folder)/output")
    defer {
      unlink(file)
      unlink(output)
      rmdir(folder)
    }
    let text = try OptionFile.text(of: point.options)
    try FileSystem.create(file, Array((text + "run-dir: \(folder)/run\n").utf8))
    let child = try commandLine.startEstimate(of: point, options: file, output: output)
    while child.exitCode() == nil { usleep(50_000) }
    let printed = try FileSystem.readText(output)
    if let cost = RunCost(in: printed) { return .success(cost) }
    let mark = "error: "
    let lines = printed.split(whereSeparator: \.isNewline).map { String($0) }
    let words = lines.last { $0.contains(mark) } ?? lines.last ?? "it said nothing"
    return .failure(ConfigurationError(words.replacing(mark, with: "")))
  }

  // MARK: As text

  /// A line for each run, then the sums.
  public var text: String {
    let width = entries.map(\.point.name.count).max() ?? 0
    var lines = entries.map { entry in
      let name = entry.point.name + String(repeating: " ", count: width - entry.point.name.count)
      return "\(name)  \(entry.seconds.map(Self.hours) ?? "?")  \(entry.state.word)"
    }
    let left = entries.filter(isTaken)
    let seconds = left.compactMap(\.seconds)
    // However many run at a time, the longest takes its time.
    let duration = max(seconds.max() ?? 0, seconds.reduce(0, +) / Double(options.jobs))
    let bytes = entries.reduce(0) { $0 + ($1.cost?.bytes(of: $1.point.configuration) ?? 0) }
    let memory = left.compactMap(\.cost?.mebibytes).max() ?? 0
    let ranks = options.ranks ?? 1
    let coreSeconds = left.reduce(0) { sum, entry in
      sum + (entry.seconds ?? 0) * Double(ranks * commandLine.threads(of: entry.point))
    }
    let done = entries.count { $0.state == .done }
    lines.append(
      "\(entries.count) runs, \(done) done; for the \(left.count) to do "
        + "\(Self.hours(duration)) with \(options.jobs) at a time of \(ranks) "
        + "rank\(ranks == 1 ? "" : "s") × \(commandLine.threads(of: left.map(\.point))), "
        + "\(decimalText(coreSeconds / 3600, places: 2)) core hours")
    lines.append(
      "about \(decimalText(Double(bytes) / 1e9, places: 2)) GB on disk when all are done, and at least "
        + "\(memory * ranks * options.jobs) MiB of memory; loading and checkpoints take some more time"
    )
    for reason in Set(entries.compactMap(\.failure)).sorted() {
      lines.append("not timed: \(reason)")
    }
    return lines.joined(separator: "\n")
  }

  /// Whether a worker would begin the run or go on with it.
  private func isTaken(_ entry: Entry) -> Bool {
    switch entry.state {
    case .done: false
    case .failed: options.retriesFailed
    case .waiting, .begun, .running: true
    }
  }

  /// Whether something could not be timed, as it could not be trained.
  public var isIncomplete: Bool { entries.contains { $0.failure != nil } }

  private static func hours(_ seconds: Double) -> String {
    "\(decimalText(seconds / 3600, places: 2)) h"
  }
}

extension StudyPoint {
  /// The same for runs whose iterations, evaluations and test take as long.
  fileprivate var kind: String {
    get throws {
      var kind = configuration
      kind.seed = 1
      kind.optimizer = OptimizerConfiguration()
      kind.divergence = DivergenceConfiguration()
      kind.augmentation = AugmentationConfiguration()
      kind.schedule.evaluationInterval = 1
      kind.schedule.preIterations = min(1, kind.schedule.preIterations)
      kind.schedule.selfIterations = min(1, kind.schedule.selfIterations)
      if kind.data.labeledRatio < 1 { kind.data.labeledRatio = 0.5 }
      return try kind.canonicalJSON()
    }
  }
}

extension StudyPoint.State {
  /// For a table.
  fileprivate var word: String {
    switch self {
    case .waiting: "waiting"
    case .begun: "begun"
    case .running: "running"
    case .failed: "failed"
    case .done: "done"
    }
  }
}

extension Result where Failure == ConfigurationError {
  fileprivate var failure: String? {
    if case .failure(let error) = self { error.description } else { nil }
  }
}
