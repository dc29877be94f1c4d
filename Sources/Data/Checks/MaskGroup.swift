/// Masks of images that belong together, and what is wrong with all of them.
public struct MaskGroup: Equatable, Sendable {
  /// Name of the image and the part of it that is lesion, 0 to 1.
  public var shares: [(name: String, share: Double)]

  public init(_ shares: [(name: String, share: Double)]) { self.shares = shares }

  public static func == (a: Self, b: Self) -> Bool {
    a.shares.elementsEqual(b.shares) { $0 == $1 }
  }

  var empty: [String] { shares.filter { $0.share == 0 }.map(\.name) }
  var full: [String] { shares.filter { $0.share == 1 }.map(\.name) }

  /// Least, first quartile, median, third quartile, most; nil without a mask.
  var quartiles: [Double]? {
    let sorted = shares.map(\.share).sorted()
    guard !sorted.isEmpty else { return nil }
    return (0...4).map { sorted[(sorted.count - 1) * $0 / 4] }
  }

  private var median: Double { quartiles?[2] ?? 0 }

  static let emptyRemedy = "say which pixels are lesion with --foreground VALUE|COLOR|alpha"
  static let invertedRemedy = "if the lesion is the dark part of the masks, use --invert"

  /// Why nothing can be learned from these masks; nil where something can, or where there are none.
  ///
  /// - Parameters:
  ///   - owner: whose masks they are, such as "the data set".
  ///   - advice: what else than other masks may help.
  public func lackOfLesions(
    _ kind: Finding.Kind, of owner: String, advice: String = ""
  ) -> Finding? {
    let (empty, full) = (empty, full)
    guard !shares.isEmpty, empty.count + full.count == shares.count else { return nil }
    let count = shares.count == 1 ? "the only mask" : "every one of the \(shares.count) masks"
    let state: String
    let remedy: String
    switch (empty.count, full.count) {
    case (_, 0): (state, remedy) = ("empty (no lesion in it)", advice + Self.emptyRemedy)
    case (0, _): (state, remedy) = ("full (lesion everywhere)", Self.invertedRemedy)
    default:
      (state, remedy) = ("either empty or full of lesion", Self.emptyRemedy + " or use --invert")
    }
    return Finding(
      .error, kind,
      "\(count) of \(owner) is \(state), so that there is nothing to learn (first: \(shares[0].name))",
      remedy: remedy, names: shares.map(\.name))
  }

  /// Lesions that cover most of the image are rare, exchanged masks are not.
  public func invertedLook(of owner: String) -> Finding? {
    guard median > 0.5 else { return nil }
    let large = shares.filter { $0.share > 0.5 }.map(\.name)
    return Finding(
      .warning, .masksLookInverted,
      "\(large.count) of \(shares.count) masks of \(owner) say that lesion covers most of the image"
        + " (median \(percent(median)); first: \(large[0])), as if they were inverted",
      remedy: Self.invertedRemedy, names: large)
  }
}

/// 0.0123 is "1.2 %".
func percent(_ share: Double) -> String {
  let tenths = Int((share * 1000).rounded())
  return "\(tenths / 10).\(tenths % 10) %"
}
