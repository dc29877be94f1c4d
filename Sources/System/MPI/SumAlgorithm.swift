internal import COpenMPI

/// How Open MPI adds on the way while a rank computes. Sums are of integers: the way changes no bit.
///
/// For sums in place it takes a binomial tree by itself, up and down again with all bytes in every round. What
/// is better depends on the size:
public enum SumAlgorithm: Int32, CaseIterable, Sendable {
  /// Recursive doubling: half as many rounds.
  case doubling = 4
  /// Rabenseifner's halving and doubling: as many rounds, each with half the bytes of the one before, and
  /// first with the neighbours, which are on the same host.
  case halving = 3

  /// From here on bytes cost more than rounds.
  private static let fewBytes = 64 << 10

  /// - Parameter bytes: of a sum.
  public init(bytes: Int, ranks: Int) {
    self = ranks < 4 || bytes < Self.fewBytes ? .doubling : .halving
  }

  /// Lets `plan` reserve a sum that goes this way, unless the environment or the site has chosen one.
  func choose(for plan: () -> Int32) -> Int32 {
    let variable = Self.variable
    guard variable.value == 0 else { return plan() }
    variable.set(rawValue)
    defer { variable.set(0) }
    return plan()
  }

  private static let variable = ControlVariable("coll_libnbc_iallreduce_algorithm")
}
