import Metrics
import Telemetry

// What pictures and plain lines say of a run.
extension RunStatus {
  /// State and reason.
  var headline: String {
    let details = [reason, sessions > 1 ? "session \(sessions)" : nil, rollbackText]
    return ([state.rawValue] + details.compactMap { $0 }).joined(separator: ", ")
  }

  private var rollbackText: String? {
    rollbacks > 0 ? "went back \(rollbacks) time\(rollbacks == 1 ? "" : "s")" : nil
  }

  var sessionText: String? {
    guard !state.isEnd, let ranks, let threads else { return nil }
    let place = host.map { " on \($0)" } ?? ""
    return
      "\(ranks) rank\(ranks == 1 ? "" : "s") × \(threads) thread\(threads == 1 ? "" : "s")\(place)"
  }

  var phaseText: String? {
    guard let phase, let iteration else { return nil }
    return "\(phase) \(iteration)" + (iterations.map { "/\($0)" } ?? "")
  }

  /// 0 … 1.
  var phaseProgress: Double? {
    guard let iteration, let iterations, iterations > 0 else { return nil }
    return Double(iteration) / Double(iterations)
  }

  var validationText: String? {
    guard let validationDice else { return nil }
    var text = "\(decimalText(validationDice * 100, places: 1)) %"
    if let bestDice, let bestIteration {
      text += ", best \(decimalText(bestDice * 100, places: 1)) % at \(bestIteration)"
    }
    return text
  }

  /// Means of the test.
  var scoreTexts: [String] {
    guard let scores else { return [] }
    return Measure.all.map { measure in
      let mean = scores[measure.key].map { decimalText($0 * measure.scale, places: 2) }
      return "\(measure.name) \(mean.map { "\($0) \(measure.unit)" } ?? "undefined")"
    }
  }

  var timeText: String? {
    guard state == .running else { return nil }
    let parts = [
      secondsLeftInPhase.map { "\(durationText(seconds: $0)) left of \(phase ?? "the phase")" },
      imagesPerSecond.map { "\(decimalText($0, places: 1)) images/s" },
    ].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// Where a run that is going on has told nothing for longer than it usually takes.
  var silenceText: String? {
    guard !state.isEnd, let secondsSilent else { return nil }
    let usual = max(60, 30 * (secondsPerIteration ?? 0))
    return secondsSilent > usual ? "for \(durationText(seconds: secondsSilent))" : nil
  }
}
