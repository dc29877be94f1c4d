import Files

/// What another scanner makes of the same breast: how a phantom differs from the one of its number that no
/// shift has. The lesion and its outline stay.
public struct DomainShift: Equatable, Sendable {
  /// Shape of the field of view.
  public enum Probe: String, CaseIterable, Sendable {
    /// Parallel beams, which fill the square.
    case linear
    /// Beams that part below: black corners above, coarser across the beams with depth.
    case curved
  }

  /// Added to every echo, in decibels: brighter or darker, clipped sooner.
  public var gain = 0.0
  /// Size of the speckle's grains over the usual one.
  public var speckle = 1.0
  /// The transducer's frequency over the usual one: a higher one has finer grains, and less gets deep.
  public var frequency = 1.0
  public var probe = Probe.linear
  /// As it was asked for; part of the names of its images.
  public let text: String

  /// Shifts that have a name.
  public static let named: KeyValuePairs = [
    "portable": "gain=-9,speckle=1.3,frequency=0.7,probe=curved",
    "high-frequency": "gain=3,frequency=1.5",
    "bright": "gain=12",
  ]

  /// Such as `portable`, or `gain=-6,probe=curved`: what is not said stays as it is.
  ///
  /// - Throws: `FileError` for what is neither.
  public init(_ text: String) throws(FileError) {
    self.text = text
    let settings = Self.named.first { $0.key == text }?.value ?? text
    for setting in settings.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw Self.refusal(text) }
      try set(parts[0], to: String(parts[1]), in: text)
    }
  }

  private mutating func set(
    _ name: Substring, to value: String, in text: String
  ) throws(FileError) {
    func number(in range: ClosedRange<Double>) throws(FileError) -> Double {
      guard let number = Double(value), range.contains(number) else {
        throw FileError(
          "domain shift \(text)",
          "\(name) must be a number in \(range.lowerBound) … \(range.upperBound), not \(value)")
      }
      return number
    }
    switch name {
    case "gain": gain = try number(in: -30...30)
    case "speckle": speckle = try number(in: 0.5...4)
    case "frequency": frequency = try number(in: 0.4...2.5)
    case "probe":
      guard let probe = Probe(rawValue: value) else {
        let kinds = Probe.allCases.map(\.rawValue).joined(separator: " or ")
        throw FileError("domain shift \(text)", "probe must be \(kinds), not \(value)")
      }
      self.probe = probe
    default: throw Self.refusal(text)
    }
  }

  private static func refusal(_ text: String) -> FileError {
    let names = named.map(\.key).joined(separator: ", ")
    return FileError(
      "domain shift \(text)",
      "neither one of \(names) nor settings such as gain=-6,speckle=1.5,frequency=0.7,probe=curved")
  }
}

// MARK: What it does

extension DomainShift {
  /// Grains over the usual ones: they are as large as a few waves.
  var grain: Float { Float(speckle / frequency) }

  /// Decibels that a higher frequency loses down to a depth, as a share of the image's side.
  func loss(at depth: Float) -> Float { 22 * Float(frequency - 1) * depth }

  /// How much of a point the probe sees, 0 outside its field of view.
  func visibility(_ u: Float, _ v: Float) -> Float {
    guard probe == .curved else { return 1 }
    // Beams part from a point above the image; the probe's surface is an arc around it.
    let apex: Float = -0.75
    let surface: Float = 0.80
    let across = u - 0.5
    let down = v - apex
    let radius = (across * across + down * down).squareRoot()
    let edge: Float = 0.004
    let side = (0.42 * down - abs(across)) / 1.08
    return smoothStep(-edge, edge, side) * smoothStep(-edge, edge, radius - surface)
  }
}
