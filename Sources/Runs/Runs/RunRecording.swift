import Files
internal import FoundationEssentials
import Methods
import Metrics
import Settings

/// What a run folder holds of a run, finished or not, as far as a report shows it.
package struct RunRecording {
  package typealias Event = [String: JSONValue]

  /// A number that was written again and again, against the iteration over all phases.
  package struct Series {
    package var name: String
    package var points: [(step: Double, value: Double)]

    package init(name: String, points: [(step: Double, value: Double)]) {
      self.name = name
      self.points = points
    }
  }

  package let folder: RunFolder
  /// By dotted name, sorted.
  package let settings: [(name: String, value: String)]
  package let events: [Event]
  /// In the order of the test list; nothing where the run has not been tested.
  package let scores: [ScoreTable.Row]
  /// What the scores tell of; a run of an earlier version has not all.
  package let measures: [Measure]

  /// - Throws: `FileError` for a folder that holds no run, and for damaged files.
  package init(_ path: String) throws(FileError) {
    let folder = RunFolder(path)
    self.folder = folder
    guard FileSystem.exists(folder.configuration) else {
      throw FileError(
        path, "not the folder of a run: it has no \(FileSystem.lastComponent(folder.configuration))"
      )
    }
    let text = try FileSystem.readText(folder.configuration)
    guard let root = try? JSON.value(JSONValue.self, of: text), root.object != nil else {
      throw FileError(folder.configuration, "damaged: it is not a JSON object")
    }
    settings = root.leaves.map { ($0.name, $0.value.shown) }
    events = try Self.readEvents(folder.metrics)
    let table = FileSystem.exists(folder.scores) ? try ScoreTable(folder.scores) : ScoreTable([])
    (scores, measures) = (table.rows, table.measures)
  }

  package func has(_ measure: Measure) -> Bool { measures.contains { $0.key == measure.key } }

  package var name: String { folder.name }

  package func setting(_ name: String) -> String? { settings.first { $0.name == name }?.value }

  package func events(_ kind: RunEvent) -> [Event] {
    events.filter { isEvent($0, kind) }
  }

  private func isEvent(_ event: Event, _ kind: RunEvent) -> Bool {
    event[RunField.event]?.text == kind.rawValue
  }

  /// Side of the images in pixels.
  package var imageSize: Int { setting("data.imageSize").flatMap(Int.init) ?? 0 }

  /// Digest of the data set, of the last session.
  package var sourceDigest: String? { events(.start).last?[RunField.sourceDigest]?.text }

  /// `ArithmeticVersion` of each session, those in a row that are equal once.
  package var arithmeticVersions: [String] {
    let all = events(.start).map { event in
      event[RunField.arithmeticVersion]?.shown ?? "\(ArithmeticVersion.unnumbered)"
    }
    return all.reduce(into: []) { found, version in
      if found.last != version { found.append(version) }
    }
  }

  /// Iterations before the first of self-training.
  package var earlierIterations: Double {
    guard setting("method") != TrainingMethod.supervised.rawValue else { return 0 }
    return setting("schedule.preIterations").flatMap(Double.init) ?? 0
  }

  /// Whether the run went to its end and was tested.
  package var isFinished: Bool { !events(.test).isEmpty && !scores.isEmpty }

  /// All numbers of an event by key. A resumed run writes some iterations again: the last counts. What a
  /// run has thrown away when it went back does not count.
  package func series(_ kind: RunEvent, keys wanted: (String) -> Bool) -> [Series] {
    var order: [String] = []
    var values: [String: [Double: Double]] = [:]
    for event in events {
      let isLater = event[RunField.phase]?.text == Phase.selfTraining.name
      let earlier = isLater ? earlierIterations : 0
      if isEvent(event, .divergence), let back = event[RunField.backTo]?.number {
        values = values.mapValues { points in points.filter { $0.key <= back + earlier } }
      }
      guard isEvent(event, kind), let iteration = event[RunField.iteration]?.number else {
        continue
      }
      let step = iteration + earlier
      for (key, value) in event
      where ![RunField.iteration, RunField.time].contains(key) && wanted(key) {
        guard let number = value.number else { continue }
        if values[key] == nil { order.append(key) }
        values[key, default: [:]][step] = number
      }
    }
    return order.sorted().map { key in
      let points = (values[key] ?? [:]).sorted { $0.key < $1.key }
      return Series(name: key, points: points.map { (step: $0.key, value: $0.value) })
    }
  }

  /// Seconds of each phase and of the test over all sessions, in the order of their first event. What
  /// a killed session did after its last event is not known.
  package var durations: [(name: String, seconds: Double)] {
    var durations: [(name: String, seconds: Double)] = []
    var previous: Double?
    for event in events {
      guard let time = event[RunField.time]?.number else { continue }
      let name = event[RunField.phase]?.text ?? ((isEvent(event, .test) ? "test" : nil))
      if let name, let previous {
        let index = durations.firstIndex { $0.name == name }
        if index == nil { durations.append((name, 0)) }
        durations[index ?? durations.count - 1].seconds += time - previous
      }
      previous = isEvent(event, .start) || name != nil ? time : previous
    }
    return durations
  }

  /// The best evaluation of the last phase that has one, and how many it has.
  package var bestValidation: (dice: Double, iteration: Int, count: Int)? {
    let isLater =
      events(.validation).last?[RunField.phase]?.text == Phase.selfTraining.name
    let earlier = isLater ? earlierIterations : 0
    let points = series(.validation) { $0 == RunField.dice }.first?.points ?? []
    let found = points.filter { $0.step > earlier }
    // Of equal ones the first, whose weights are kept.
    let best = found.reduce(found.first) { best, one in
      best.map { one.value > $0.value ? one : $0 }
    }
    return best.map { ($0.value, Int($0.step - earlier), found.count) }
  }

  /// Hours of cores, ranks times threads, from the start of each session to its last event.
  package var coreHours: Double {
    var hours = 0.0
    var session: (start: Double, cores: Double)?
    var last = 0.0
    func close() {
      if let session { hours += session.cores * (last - session.start) / 3_600 }
    }
    for event in events {
      guard let time = event[RunField.time]?.number else { continue }
      if isEvent(event, .start) {
        close()
        let cores = (event[RunField.ranks]?.number ?? 1) * (event[RunField.threads]?.number ?? 1)
        session = (time, cores)
      }
      last = time
    }
    close()
    return hours
  }

  /// When an event was, such as `2026-11-23 18:14 UTC`.
  package func time(of event: Event?) -> String? {
    guard let seconds = event?[RunField.time]?.number else { return nil }
    let style = Date.ISO8601FormatStyle(dateTimeSeparator: .space).year().month().day()
      .time(includingFractionalSeconds: false)
    return "\(Date(timeIntervalSince1970: seconds).formatted(style).prefix(16)) UTC"
  }

  // MARK: Reading

  /// The last line may lack its end: the run may be going on, or have been killed.
  private static func readEvents(_ path: String) throws(FileError) -> [Event] {
    guard FileSystem.exists(path) else { return [] }
    let text = try FileSystem.readText(path)
    let lines = text.split(whereSeparator: \.isNewline)
    var events: [Event] = []
    for (index, line) in lines.enumerated() {
      guard let event = try? JSON.value(Event.self, of: line) else {
        if index == lines.count - 1 && text.last?.isNewline == false { break }
        throw FileError(path, "line \(index + 1) is damaged: it is not JSON")
      }
      events.append(event)
    }
    return events
  }
}

extension JSONValue {
  /// For people: whole numbers without a fraction.
  package var shown: String {
    switch self {
    case .text(let value): value
    case .integer(let value): "\(value)"
    case .natural(let value): "\(value)"
    case .number(let value):
      value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    case .flag(let value): value ? "yes" : "no"
    case .null: "none"
    case .array(let values): values.map(\.shown).joined(separator: ", ")
    case .object(let values):
      values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.shown)" }
        .joined(separator: ", ")
    }
  }
}
