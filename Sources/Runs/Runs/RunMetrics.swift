import EventFiles
import Files
import Methods
import Telemetry

/// What a run tells programs: `metrics.jsonl`, the plain source of truth, and curves of the same
/// numbers in TensorBoard's event files. Rank 0 has one.
package final class RunMetrics {
  private let lines: MetricsWriter
  private let folder: RunFolder
  private var events: EventFileWriter?

  package init(_ folder: RunFolder) throws(FileError) {
    self.folder = folder
    lines = try MetricsWriter(path: folder.metrics)
  }

  /// What says of each iteration what it gave.
  package var record: LineFile { lines.file }

  /// A phase and a count of iterations that goes on from one phase to the next.
  package struct Place {
    package var plan: PhasePlan
    package var step: Int

    package init(plan: PhasePlan, step: Int) {
      self.plan = plan
      self.step = step
    }
  }

  /// Opens this session's event file, once.
  ///
  /// - Parameter step: the first of this session.
  package func openEvents(startingAt step: Int) throws(FileError) {
    guard events == nil else { return }
    events = try EventFileWriter(folder: folder.tensorBoard, startingAt: step)
  }

  /// Drops the curves from a step on, which is going to be run again.
  package func restartEvents(at step: Int) throws(FileError) { try events?.restart(at: step) }

  /// Writes an event; its numbers are curves where it has a place.
  package func append(
    _ event: RunEvent, _ fields: [(key: String, value: JSONValue)], at place: Place? = nil
  ) throws {
    try lines.append(event.rawValue, fields)
    guard let place else { return }
    let tags = EventTags(plan: place.plan)
    let scalars = fields.compactMap { field -> TaggedValue? in
      guard case .number(let number) = field.value,
        let tag = tags.scalar(event: event, key: field.key)
      else { return nil }
      return TaggedValue(tag, .scalar(number))
    }
    try events?.write(scalars, step: place.step)
  }

  package func append(
    _ event: RunEvent, _ fields: KeyValuePairs<String, JSONValue>, at place: Place? = nil
  ) throws {
    try append(event, fields.map { ($0.key, $0.value) }, at: place)
  }

  package func append(pictures: [TaggedValue], step: Int) throws(FileError) {
    try events?.write(pictures, step: step)
  }
}
