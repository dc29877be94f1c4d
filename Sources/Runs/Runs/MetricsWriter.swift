import Files
internal import Glibc

/// Appends events to a run's `metrics.jsonl`: one JSON object a line, keys in the order given.
///
/// A resumed run goes on in the same file.
public struct MetricsWriter: ~Copyable {
  let file: LineFile
  private let clock: @Sendable () -> Double

  /// Opens or makes the file at `path`.
  ///
  /// - Parameter clock: seconds since 1970.
  public init(
    path: String, clock: @escaping @Sendable () -> Double = Self.wallTime
  ) throws(FileError) {
    file = try LineFile(path: path)
    self.clock = clock
  }

  /// Seconds since 1970, to the millisecond.
  public static let wallTime: @Sendable () -> Double = {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec / 1_000_000) / 1_000
  }

  /// Writes `{"event":name,"time":seconds, …fields}`.
  public func append(
    _ name: String, _ fields: KeyValuePairs<String, JSONValue>
  ) throws(FileError) {
    try append(name, fields.map { ($0.key, $0.value) })
  }

  /// Writes `{"event":name,"time":seconds, …fields}` for fields that are not known in the source.
  public func append(
    _ name: String, _ fields: [(key: String, value: JSONValue)]
  ) throws(FileError) {
    let stamp: [(key: String, value: JSONValue)] = [
      (RunField.event, .text(name)), (RunField.time, .number(clock())),
    ]
    try file.append(JSON.line(stamp + fields))
  }
}
