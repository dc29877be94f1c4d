/// A span of time as options have it: `90s`, `10m`, `2h`, or `0` for none.
public struct TimeSpan: LosslessStringConvertible, Equatable, Hashable, Sendable {
  public let seconds: Int

  public init(seconds: Int) { self.seconds = seconds }

  public init?(_ text: String) {
    let units = ["s": 1, "m": 60, "h": 3600]
    guard text != "0" else {
      seconds = 0
      return
    }
    guard let unit = units[String(text.suffix(1))], let count = Int(text.dropLast()),
      count >= 0, count <= 1_000_000
    else { return nil }
    seconds = count * unit
  }

  public var description: String {
    switch seconds {
    case 0: "0"
    case _ where seconds % 3600 == 0: "\(seconds / 3600)h"
    case _ where seconds % 60 == 0: "\(seconds / 60)m"
    default: "\(seconds)s"
    }
  }
}
