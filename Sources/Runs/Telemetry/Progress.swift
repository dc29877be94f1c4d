/// How far a phase of a run is.
public struct Progress: Equatable, Sendable, CustomStringConvertible {
  /// A loss and its name.
  public struct Loss: Equatable, Sendable {
    public let name: String
    public let value: Double

    public init(_ name: String, _ value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// Such as `pre-training`.
  public let phase: String
  /// Iterations done.
  public let iteration: Int
  /// Iterations of the phase.
  public let iterationCount: Int
  public var losses: [Loss] = []
  /// 0 … 1; nil before the first evaluation.
  public var bestDice: Double?
  public var imagesPerSecond: Double?
  /// Seconds to the end of the phase.
  public var timeLeft: Double?

  public init(phase: String, iteration: Int, iterationCount: Int) {
    self.phase = phase
    self.iteration = iteration
    self.iterationCount = iterationCount
  }

  /// `self-training 120/300 · loss 0.4312 · best Dice 84.2 % · 12.3 images/s · 3:12 left`
  public var description: String {
    var parts = ["\(phase) \(iteration)/\(iterationCount)"]
    if !losses.isEmpty {
      parts.append(
        losses.map { "\($0.name) \(decimalText($0.value, places: 4))" }.joined(separator: " "))
    }
    if let bestDice { parts.append("best Dice \(decimalText(bestDice * 100, places: 1)) %") }
    if let imagesPerSecond {
      parts.append("\(decimalText(imagesPerSecond, places: 1)) images/s")
    }
    if let timeLeft { parts.append("\(durationText(seconds: timeLeft)) left") }
    return parts.joined(separator: " · ")
  }

  /// The same in at most `width` characters, if that can be: all losses but the first go first, then
  /// the speed, that loss, and the score.
  public func text(width: Int) -> String {
    var shown = self
    while shown.description.count > width {
      if shown.losses.count > 1 {
        shown.losses.removeLast()
      } else if shown.imagesPerSecond != nil {
        shown.imagesPerSecond = nil
      } else if !shown.losses.isEmpty {
        shown.losses = []
      } else if shown.bestDice != nil {
        shown.bestDice = nil
      } else {
        break
      }
    }
    return shown.description
  }
}
