import Imaging

/// What the values in image and mask files mean, where it is not to be found out from them.
public struct PixelRules: Equatable, Sendable {
  /// Which values of a mask are lesion; nil to decide for each file, see `MaskReader`.
  public var foreground: MaskForeground?
  /// Lesion is what would be background, and the other way round.
  public var invertsMasks = false
  /// Which values of an image become black and white.
  public var window: GrayWindow?

  public init() {}

  /// The rules that were given, as options; empty where the files decide.
  public var options: [String] {
    (foreground.map { ["--foreground \($0)"] } ?? []) + (invertsMasks ? ["--invert"] : [])
      + (window.map { ["--window \($0)"] } ?? [])
  }

  /// These, and where others say something, what they say.
  public func overridden(by others: PixelRules) -> PixelRules {
    var rules = self
    if let foreground = others.foreground { rules.foreground = foreground }
    if others.invertsMasks { rules.invertsMasks = true }
    if let window = others.window { rules.window = window }
    return rules
  }
}
