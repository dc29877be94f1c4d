internal import Glibc

/// Appends events to a run's `metrics.jsonl`: one JSON object a line, keys in the order given.
///
/// A resumed run goes on in the same file.
public struct MetricsWriter: ~Copyable {
  private let file: LineFile
  private let clock: @Sendable () -> Double

  /// Opens or makes the file at `path`.
  ///
  /// - Parameter clock: seconds since 1970.
  public init(
    path: String, clock: @escaping @Sendable () -> Double = Self.wallTime
  ) throws(TelemetryError) {
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
    _ name: String, _ fields: KeyValuePairs<String, MetricValue>
  ) throws(TelemetryError) {
    try append(name, fields.map { ($0.key, $0.value) })
  }

  /// Writes `{"event":name,"time":seconds, …fields}` for fields that are not known in the source.
  public func append(
    _ name: String, _ fields: [(key: String, value: MetricValue)]
  ) throws(TelemetryError) {
    var line = "{\"event\":\(MetricValue.text(name).json),\"time\":\(clock())"
    for (key, value) in fields { line += ",\(MetricValue.text(key).json):\(value.json)" }
    try file.append(line + "}")
  }
}

/// A value of an event.
public enum MetricValue: Equatable, Sendable {
  case integer(Int)
  /// Not-a-number and infinity, which JSON cannot express, are written as null.
  case number(Double)
  case text(String)
  case flag(Bool)
  case missing

  /// A number, or null where there is none.
  public static func optional(_ value: Double?) -> MetricValue { value.map(number) ?? .missing }

  /// RFC 8259 text; numbers in the shortest form that reads back the same.
  var json: String {
    switch self {
    case .integer(let value): "\(value)"
    case .number(let value): value.isFinite ? "\(value)" : "null"
    case .text(let value): Self.quoted(value)
    case .flag(let value): value ? "true" : "false"
    case .missing: "null"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension MetricValue: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(stringLiteral value: String) { self = .text(value) }
  public init(booleanLiteral value: Bool) { self = .flag(value) }
  public init(nilLiteral: ()) { self = .missing }
}
