import Files
import Methods
import Metrics
import Settings

extension RunFolder {
  /// Whether the run went to its end: its last phase did, `test_scores.csv` is what the last test in
  /// `metrics.jsonl` found after that, the weights are there, and the digests of all checkpoints were written
  /// down.
  public var isFinished: Bool {
    guard let table = try? ScoreTable(scores), !table.rows.isEmpty,
      let text = try? FileSystem.readText(metrics), !checkpoints.isEmpty
    else { return false }
    let events = Self.events([.test, .checkpoint], in: text)
    let digested = Set(events.compactMap { $0[RunField.file]?.text })
    guard let test = events.last(where: { $0[RunField.event]?.text == RunEvent.test.rawValue }),
      checkpoints.allSatisfy({ digested.contains(FileSystem.lastComponent($0)) }),
      Self.isTrained(text)
    else { return false }
    return Self.agrees(test, with: table)
  }

  /// Whether nothing was trained or left after the end of the last phase. Who tests a run that was stopped has
  /// scores of it too.
  private static func isTrained(_ text: String) -> Bool {
    guard let last = lastEvent([.iteration, .validation, .stopped, .phase], in: text) else {
      return true
    }
    return last[RunField.event]?.text == RunEvent.phase.rawValue
      && last[RunField.phase]?.text != Phase.preTraining.name
  }

  /// Whether means agree as far as the table's decimals go.
  private static func agrees(_ test: [String: JSONValue], with table: ScoreTable) -> Bool {
    guard test[RunField.images]?.number == Double(table.rows.count) else { return false }
    return Measure.all.allSatisfy { measure in
      let found = measure.mean(table.scores)
      guard let mean = test[measure.key]?.number else { return found == nil }
      return found.map { abs($0 - mean) < 1e-6 * max(1, mean) } ?? false
    }
  }

  /// In what the settings of the run that lies there are others than these; nothing where none lies there.
  /// Where the data lies counts only as far as it is another data set's name.
  public func differences(from configuration: RunConfiguration) throws(FileError) -> [String] {
    guard FileSystem.exists(self.configuration) else { return [] }
    let text = try FileSystem.readText(self.configuration)
    let own: RunConfiguration
    do {
      own = try RunConfiguration(json: text)
    } catch {
      throw FileError(self.configuration, error)
    }
    let data =
      own.data.dataset == configuration.data.dataset
      ? []
      : [
        "--dataset is \(own.data.dataset ?? "not given"), was "
          + "\(configuration.data.dataset ?? "not given")"
      ]
    return data + own.differences(from: configuration) { $0.name != RunOption.initialWeights }
  }

  /// The phase, by its name, and the iteration of it that the run came to, as far as its last records say.
  public var lastIteration: (phase: String, iteration: Int)? {
    let length = min(FileSystem.size(metrics), 1 << 14)
    guard length > 0, let file = try? RandomAccessFile(metrics),
      let bytes = try? file.read(length, at: FileSystem.size(metrics) - length)
    else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    guard let last = Self.lastEvent([.iteration, .validation], in: text),
      let phase = last[RunField.phase]?.text,
      let iteration = last[RunField.iteration]?.number
    else { return nil }
    return (phase, Int(iteration))
  }

  /// Events of some kinds; lines that are not whole are passed over.
  private static func events(_ kinds: [RunEvent], in text: String) -> [[String: JSONValue]] {
    lines(kinds, in: text).compactMap { try? JSON.value([String: JSONValue].self, of: $0) }
  }

  /// The last of them, without reading the many before it.
  private static func lastEvent(_ kinds: [RunEvent], in text: String) -> [String: JSONValue]? {
    lines(kinds, in: text).reversed().lazy.compactMap {
      try? JSON.value([String: JSONValue].self, of: $0)
    }.first
  }

  private static func lines(_ kinds: [RunEvent], in text: String) -> [Substring] {
    let beginnings = kinds.map { "{\"\(RunField.event)\":\"\($0.rawValue)\"" }
    return text.split(separator: "\n").filter { line in beginnings.contains(where: line.hasPrefix) }
  }
}
