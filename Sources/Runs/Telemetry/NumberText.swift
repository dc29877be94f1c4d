/// `value` with a fixed number of decimals, the same in every locale: `0.4310`.
///
/// - Parameter places: 0 … 9.
public func decimalText(_ value: Double, places: Int) -> String {
  guard value.isFinite, abs(value) < 1e9 else { return "\(value)" }
  var scale: Int64 = 1
  for _ in 0..<min(max(places, 0), 9) { scale *= 10 }
  let units = Int64((value.magnitude * Double(scale)).rounded())
  let sign = value < 0 && units != 0 ? "-" : ""
  guard scale > 1 else { return "\(sign)\(units)" }
  let fraction = String(units % scale)
  let zeros = String(repeating: "0", count: min(max(places, 0), 9) - fraction.count)
  return "\(sign)\(units / scale).\(zeros)\(fraction)"
}

/// A span of time as `M:SS` or `H:MM:SS`.
public func durationText(seconds: Double) -> String {
  guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
  let total = Int(seconds.rounded())
  let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60)
  return hours > 0
    ? "\(hours):\(twoDigits(minutes)):\(twoDigits(rest))" : "\(minutes):\(twoDigits(rest))"
}

func clockText(hours: Int, _ minutes: Int, _ seconds: Int) -> String {
  "\(twoDigits(hours)):\(twoDigits(minutes)):\(twoDigits(seconds))"
}

private func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
