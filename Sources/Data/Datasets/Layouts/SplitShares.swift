/// Percentages of train, val and test.
public struct SplitShares: Equatable, Sendable, CustomStringConvertible {
  public static let usual = SplitShares(train: 70, validation: 10, test: 20)

  let train: Int
  let validation: Int
  let test: Int

  private init(train: Int, validation: Int, test: Int) {
    self.train = train
    self.validation = validation
    self.test = test
  }

  /// From `70/10/20`; nil where it is not three whole percentages that add up to 100.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let shares = parts.compactMap { Int($0) }.filter { (0...100).contains($0) }
    guard parts.count == 3, shares.count == 3, shares.reduce(0, +) == 100 else { return nil }
    self.init(train: shares[0], validation: shares[1], test: shares[2])
  }

  public var description: String { "\(train)/\(validation)/\(test)" }
}
