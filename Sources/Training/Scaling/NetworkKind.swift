/// Networks that clusters have, with what MPI gets out of them as a rule: latency of a message of a few
/// bytes, and nine tenths of the wire's bandwidth. `doctor` and `scaling` measure what one really has.
package enum NetworkKind: String, CaseIterable, Sendable {
  case gigabit = "1GbE"
  case tenGigabit = "10GbE"
  case twentyFiveGigabit = "25GbE"
  case hundredGigabit = "100GbE"
  case infiniBand = "InfiniBand"

  package var link: Link {
    switch self {
    case .gigabit: Link(latency: 40e-6, bytesPerSecond: 0.112e9)
    case .tenGigabit: Link(latency: 20e-6, bytesPerSecond: 1.12e9)
    case .twentyFiveGigabit: Link(latency: 15e-6, bytesPerSecond: 2.8e9)
    // By TCP, whose copies take a core before the wire is full.
    case .hundredGigabit: Link(latency: 15e-6, bytesPerSecond: 5e9)
    // HDR, 200 Gbit/s.
    case .infiniBand: Link(latency: 1.5e-6, bytesPerSecond: 22e9)
    }
  }
}
