import Files
import Telemetry

/// A run at one moment.
package struct RunStatus: Equatable, Encodable, Sendable {
  package struct Loss: Equatable, Encodable, Sendable {
    var name: String
    /// Nil where it is not finite.
    var value: Double?
  }

  /// As it was named.
  package var run: String
  package var state: RunState
  /// What is to be said of the state, such as what a run waits for or failed of.
  package var reason: String?
  package var phase: String?
  /// Told of its phase, and how many that has.
  package var iteration: Int?
  package var iterations: Int?
  /// Of all phases, 0 … 1.
  package var progress: Double?
  /// Of the last iteration told; the first is what the gradient is of.
  package var losses: [Loss] = []
  package var learningRate: Double?
  package var imagesPerSecond: Double?
  package var secondsPerIteration: Double?
  /// To the end of the phase, evaluations included.
  package var secondsLeftInPhase: Double?
  /// Mean validation Dice, 0 … 1: the last, and the best of the phase with its iteration.
  package var validationDice: Double?
  package var bestDice: Double?
  package var bestIteration: Int?
  /// Since the last event.
  package var secondsSilent: Double?
  package var ranks: Int?
  package var threads: Int?
  /// The machine of the session that has the folder.
  package var host: String?
  package var sessions = 0
  /// Times that it went back because it diverged.
  package var rollbacks = 0
  /// Of the test, by measure.
  package var scores: [String: Double]?
  /// The last warning or error of its log.
  package var warning: String?

  /// For pictures: validation Dice and total loss of each phase.
  var validation: [[Double]] = []
  var lossCurves: [[Double]] = []

  private enum CodingKeys: String, CodingKey {
    case run, state, reason, phase, iteration, iterations, progress, losses, learningRate
    case imagesPerSecond, secondsPerIteration, secondsLeftInPhase, validationDice, bestDice
    case bestIteration, secondsSilent, ranks, threads, host, sessions, rollbacks, scores, warning
  }

  init(run: String, state: RunState, reason: String? = nil) {
    (self.run, self.state, self.reason) = (run, state, reason)
  }

  /// The same as the live line of training says it.
  var line: Progress? {
    guard let phase, let iteration else { return nil }
    var line = Progress(phase: phase, iteration: iteration, iterationCount: iterations ?? 0)
    line.losses = losses.map { .init($0.name, $0.value ?? .nan) }
    line.bestDice = bestDice
    line.imagesPerSecond = imagesPerSecond
    line.timeLeft = secondsLeftInPhase
    return line
  }
}
