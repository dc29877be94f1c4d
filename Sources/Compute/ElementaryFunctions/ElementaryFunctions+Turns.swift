extension ElementaryFunctions {
  /// The largest denominator of a fraction of a turn: its multiples by 8 and its conversion to
  /// Double are exact.
  public static let largestDenominator = 1 << 50

  /// cos(2π · turns / denominator) for any number of turns, denominator in 1…`largestDenominator`.
  ///
  /// The fraction is reduced in integers: whole turns change nothing, and multiples of a twelfth
  /// and an eighth of a turn have the values that they should: 0, ±½, ±√½ rounded, ±√¾ rounded, ±1.
  public static func cos(turns: Int, over denominator: Int) -> Double {
    let (quarter, rest) = reduced(turns, denominator)
    return cos(quarters: quarter, rest, denominator)
  }

  /// sin(2π · turns / denominator); see `cos(turns:over:)`.
  public static func sin(turns: Int, over denominator: Int) -> Double {
    let (quarter, rest) = reduced(turns, denominator)
    return cos(quarters: quarter - 1, rest, denominator)
  }

  /// turns / denominator = whole turns + quarter / 4 + rest / (4 · denominator) with
  /// |rest| ≤ denominator / 2.
  private static func reduced(_ turns: Int, _ denominator: Int) -> (quarter: Int, rest: Int) {
    precondition((1...largestDenominator).contains(denominator), "no denominator of a turn")
    let within = turns % denominator
    let quarter = (8 * within + (within < 0 ? -denominator : denominator)) / (2 * denominator)
    return (quarter, 4 * within - quarter * denominator)
  }

  /// Cosine of quarters + rest / denominator quarters of a turn.
  private static func cos(quarters: Int, _ rest: Int, _ denominator: Int) -> Double {
    let share = DoubleDouble(Double(rest), 0) / DoubleDouble(Double(denominator), 0)
    let rightAngle = DoubleDouble(0x1.921fb54442d18p0, 0x1.1a62633145c07p-54)
    return cos(quarters: quarters, share * rightAngle) + 0  // no −0
  }
}
