import EventFiles
import Methods
import Telemetry

/// What a run tells programs: `metrics.jsonl`, the plain source of truth, and curves of the same
/// numbers in TensorBoard's event files. Rank 0 has one.
final class RunMetrics {
  private let lines: MetricsWriter
  private let folder: RunFolder
  private var events: EventFileWriter?

  init(_ folder: RunFolder) throws(TelemetryError) {
    self.folder = folder
    lines = try MetricsWriter(path: folder.metrics)
  }

  /// A phase and a count of iterations that goes on from one phase to the next.
  struct Place {
    var plan: PhasePlan
    var step: Int
  }

  /// Opens this session's event file, once.
  ///
  /// - Parameter step: the first of this session.
  func openEvents(startingAt step: Int) throws(EventFileError) {
    guard events == nil else { return }
    events = try EventFileWriter(folder: folder.tensorBoard, startingAt: step)
  }

  /// Writes an event; its numbers are curves where it has a place.
  func append(
    _ name: String, _ fields: [(key: String, value: MetricValue)], at place: Place? = nil
  ) throws {
    try lines.append(name, fields)
    guard let place else { return }
    let tags = EventTags(plan: place.plan)
    let scalars = fields.compactMap { field -> TaggedValue? in
      guard case .number(let number) = field.value,
        let tag = tags.scalar(event: name, key: field.key)
      else { return nil }
      return TaggedValue(tag, .scalar(number))
    }
    try events?.write(scalars, step: place.step)
  }

  func append(
    _ name: String, _ fields: KeyValuePairs<String, MetricValue>, at place: Place? = nil
  ) throws {
    try append(name, fields.map { ($0.key, $0.value) }, at: place)
  }

  func append(pictures: [TaggedValue], step: Int) throws(EventFileError) {
    try events?.write(pictures, step: step)
  }
}
