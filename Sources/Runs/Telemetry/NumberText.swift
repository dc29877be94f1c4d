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

/// A number of any size to about three digits, for people: `0.071`, `512`, `3.4e38`.
public func roundText(_ value: Double) -> String {
  guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
  var (mantissa, exponent) = (value, 0)
  while mantissa.magnitude >= 9.995 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
  while mantissa.magnitude < 0.9995 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
  let isPlain = (-4...4).contains(exponent)
  let places = isPlain ? max(0, 2 - exponent) : 2
  let text = decimalText(isPlain ? value : mantissa, places: places)
  let zeros = text.contains(".") ? text.reversed().prefix { $0 == "0" }.count : 0
  let short = text.dropLast(zeros)
  return (short.hasSuffix(".") ? short.dropLast() : short) + (isPlain ? "" : "e\(exponent)")
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
