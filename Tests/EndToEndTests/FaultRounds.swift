import Foundation

/// How often and from which seed faults are made at random: `launch/faults --rounds N --seed S`, or the
/// short and the long form of the test suite.
enum FaultRounds {
  private static let environment = ProcessInfo.processInfo.environment
  static let isLong = environment["SWITCH_LONG_TESTS"] != nil

  /// A failure names it.
  static let seed: UInt64 =
    environment["SWITCH_TEST_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1..<1_000_000)

  static func count(short: Int, long: Int) -> Int {
    environment["SWITCH_FAULT_ROUNDS"].flatMap { Int($0) } ?? (isLong ? long : short)
  }
}
