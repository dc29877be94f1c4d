import Glibc

/// Cores of a host that none of its ranks may use, although they are there for the job.
package struct IdleCores: Equatable, Sendable {
  /// Of the host's ranks.
  package let ranks: Int
  package let used: Int
  package let all: Int

  /// Nil where the ranks may use all that there is.
  ///
  /// - Parameters:
  ///   - masks: the cores that each rank of the host may use, by name.
  ///   - offered: the processors that are there, as a list; nil where the system does not say.
  ///   - ofJob: what a batch system gave the job of them, where it says so.
  package init?(masks: [Set<String>], offered: String?, ofJob: Int? = Self.coresOfJob) {
    guard let offered else { return nil }
    ranks = masks.count
    used = masks.reduce(into: Set()) { $0.formUnion($1) }.count
    all = UsableCores.cores(of: offered).count
    guard used < min(all, ofJob ?? all) else { return nil }
  }

  package static var coresOfJob: Int? {
    getenv("SLURM_CPUS_ON_NODE").flatMap { Int(String(cString: $0)) }
  }

  package static let remedy =
    "start with mpirun --bind-to none, or give each rank cores of its own: --map-by slot:pe=THREADS "
    + "(Slurm: --cpus-per-task)"
}
