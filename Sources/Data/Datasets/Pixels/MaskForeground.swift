import Imaging

/// Which values of a mask's file are lesion.
public enum MaskForeground: Equatable, Sendable {
  /// What is opaque.
  case alpha
  /// Any of these.
  case values([Value])

  public enum Value: Equatable, Sendable {
    /// Samples as they are stored, or indices of a palette.
    case samples(ClosedRange<Int>)
    case color(RGBImage.Color)
  }

  /// Six hexadecimal digits are a colour: a sample has five digits at most.
  fileprivate static let colorDigits = 6
}

/// `alpha`, or values separated by commas: `1`, `3-5`, `#FF0000`.
extension MaskForeground: LosslessStringConvertible {
  public init?(_ text: String) {
    if text == "alpha" {
      self = .alpha
      return
    }
    let values = text.split(separator: ",", omittingEmptySubsequences: false).map {
      Value(String($0))
    }
    guard !values.contains(nil) else { return nil }
    self = .values(values.compactMap { $0 })
  }

  public var description: String {
    switch self {
    case .alpha: "alpha"
    case .values(let values): values.map(\.description).joined(separator: ",")
    }
  }
}

extension MaskForeground.Value: LosslessStringConvertible {
  public init?(_ text: String) {
    // Shells take an unquoted # for the beginning of a remark, so it may be left out.
    let digits = text.hasPrefix("#") ? text.dropFirst() : text[...]
    if digits.count == MaskForeground.colorDigits {
      guard digits.allSatisfy(\.isHexDigit), let number = UInt32(digits, radix: 16) else {
        return nil
      }
      self = .color(RGBImage.Color(packed: number))
      return
    }
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(ends.count), let low = ends[0], let high = ends[ends.count - 1],
      0 <= low, low <= high, high <= 65_535
    else { return nil }
    self = .samples(low...high)
  }

  public var description: String {
    switch self {
    case .samples(let range) where range.count == 1: "\(range.lowerBound)"
    case .samples(let range): "\(range.lowerBound)-\(range.upperBound)"
    case .color(let color): color.hexadecimal
    }
  }
}

extension RGBImage.Color {
  /// From 0xRRGGBB.
  init(packed: UInt32) {
    self.init(
      red: UInt8(truncatingIfNeeded: packed >> 16), green: UInt8(truncatingIfNeeded: packed >> 8),
      blue: UInt8(truncatingIfNeeded: packed))
  }

  /// 0xRRGGBB.
  var packed: UInt32 { UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue) }

  /// `#RRGGBB`.
  var hexadecimal: String {
    let digits = String(packed, radix: 16, uppercase: true)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// By how much the strongest of red, green and blue exceeds the weakest.
  var saturation: Int { Int(max(red, green, blue)) - Int(min(red, green, blue)) }
}
