internal import FoundationEssentials

/// What a run folder holds of a run, finished or not, as far as a report shows it.
package struct RunRecording {
  package typealias Event = [String: JSONValue]

  /// A number that was written again and again, against the iteration over all phases.
  package struct Series {
    package var name: String
    package var points: [(step: Double, value: Double)]
  }

  /// The scores of one test image; nothing where a value is undefined.
  package struct Score {
    package var name: String
    package var dice: Double
    package var intersectionOverUnion: Double
    package var hausdorff95: Double?
    package var averageSurfaceDistance: Double?
  }

  package let path: String
  /// By dotted name, sorted.
  package let settings: [(name: String, value: String)]
  package let events: [Event]
  /// In the order of the test list; nothing where the run has not been tested.
  package let scores: [Score]

  /// - Throws: `ReportError` for a folder that holds no run, and for damaged files.
  package init(_ path: String) throws(ReportError) {
    self.path = path
    let configuration = "\(path)/configuration.json"
    guard FileManager.default.fileExists(atPath: configuration) else {
      throw ReportError(path, "not the folder of a run: it has no configuration.json")
    }
    guard let root = Self.decode(JSONValue.self, try Self.text(of: configuration)),
      root.object != nil
    else {
      throw ReportError(configuration, "damaged: it is not a JSON object")
    }
    settings = root.leaves
    events = try Self.readEvents("\(path)/metrics.jsonl")
    let table = "\(path)/test_scores.csv"
    scores = FileManager.default.fileExists(atPath: table) ? try Self.readScores(table) : []
  }

  /// The folder's own name.
  package var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  package func setting(_ name: String) -> String? { settings.first { $0.name == name }?.value }

  func events(_ kind: String) -> [Event] { events.filter { $0["event"]?.text == kind } }

  /// Side of the images in pixels.
  var imageSize: Int { setting("data.imageSize").flatMap(Int.init) ?? 0 }

  /// Digest of the data set, of the last session.
  var sourceDigest: String? { events("start").last?["source_digest"]?.text }

  /// Iterations before the first of self-training.
  var earlierIterations: Double {
    guard setting("method") != "supervised" else { return 0 }
    return setting("schedule.preIterations").flatMap(Double.init) ?? 0
  }

  /// Whether the run went to its end and was tested.
  package var isFinished: Bool { !events("test").isEmpty && !scores.isEmpty }

  /// All numbers of an event by key. A resumed run writes some iterations again: the last counts.
  package func series(_ kind: String, keys wanted: (String) -> Bool) -> [Series] {
    var order: [String] = []
    var values: [String: [Double: Double]] = [:]
    for event in events(kind) {
      guard let iteration = event["iteration"]?.number else { continue }
      let isLater = event["phase"]?.text == "self-training"
      let step = iteration + (isLater ? earlierIterations : 0)
      for (key, value) in event where !["iteration", "time"].contains(key) && wanted(key) {
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
      guard let time = event["time"]?.number else { continue }
      let name = event["phase"]?.text ?? (event["event"]?.text == "test" ? "test" : nil)
      if let name, let previous {
        let index = durations.firstIndex { $0.name == name }
        if index == nil { durations.append((name, 0)) }
        durations[index ?? durations.count - 1].seconds += time - previous
      }
      previous = event["event"]?.text == "start" || name != nil ? time : previous
    }
    return durations
  }

  /// When an event was, such as `2026-11-23 18:14 UTC`.
  func time(of event: Event?) -> String? {
    guard let seconds = event?["time"]?.number else { return nil }
    let style = Date.ISO8601FormatStyle(dateTimeSeparator: .space).year().month().day()
      .time(includingFractionalSeconds: false)
    return "\(Date(timeIntervalSince1970: seconds).formatted(style).prefix(16)) UTC"
  }

  // MARK: Reading

  private static func text(of path: String) throws(ReportError) -> String {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw ReportError(path, "cannot be read as UTF-8 text")
    }
    return text
  }

  private static func decode<Value: Decodable>(_ type: Value.Type, _ text: some StringProtocol)
    -> Value?
  {
    try? JSONDecoder().decode(type, from: Data(text.utf8))
  }

  /// The last line may lack its end: the run may be going on, or have been killed.
  private static func readEvents(_ path: String) throws(ReportError) -> [Event] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let text = try text(of: path)
    let lines = text.split(whereSeparator: \.isNewline)
    var events: [Event] = []
    for (index, line) in lines.enumerated() {
      guard let event = decode(Event.self, line) else {
        if index == lines.count - 1 && text.last?.isNewline == false { break }
        throw ReportError(path, "line \(index + 1) is damaged: it is not JSON")
      }
      events.append(event)
    }
    return events
  }

  /// The fields of a line of CSV (RFC 4180); names hold no line breaks.
  package static func fields(_ line: some StringProtocol) -> [String] {
    var fields = [""]
    var isQuoted = false
    for (index, character) in line.enumerated() {
      switch character {
      case "\"":
        // Two in a quoted field stand for one.
        let previous = index > 0 ? line[line.index(line.startIndex, offsetBy: index - 1)] : " "
        if !isQuoted && previous == "\"" { fields[fields.count - 1].append("\"") }
        isQuoted.toggle()
      case "," where !isQuoted: fields.append("")
      default: fields[fields.count - 1].append(character)
      }
    }
    return fields
  }

  private static func readScores(_ path: String) throws(ReportError) -> [Score] {
    let rows = try text(of: path).split(whereSeparator: \.isNewline).map(fields)
    guard let header = rows.first, let name = header.firstIndex(of: "name"),
      let dice = header.firstIndex(of: "dice"), let overlap = header.firstIndex(of: "iou"),
      let hausdorff = header.firstIndex(of: "hd95"), let distance = header.firstIndex(of: "asd")
    else { throw ReportError(path, "has no columns name, dice, iou, hd95 and asd") }
    var scores: [Score] = []
    for (index, row) in rows.dropFirst().enumerated() {
      func value(_ column: Int) throws(ReportError) -> Double? {
        guard row.count == header.count else { throw damaged }
        if row[column].isEmpty { return nil }
        guard let value = Double(row[column]), 0...1e6 ~= value else { throw damaged }
        return value
      }
      var damaged: ReportError { ReportError(path, "line \(index + 2) is damaged") }
      guard let dice = try value(dice), let overlap = try value(overlap), 0...1 ~= dice,
        0...1 ~= overlap
      else { throw damaged }
      scores.append(
        Score(
          name: row[name], dice: dice, intersectionOverUnion: overlap,
          hausdorff95: try value(hausdorff), averageSurfaceDistance: try value(distance)))
    }
    return scores
  }
}
