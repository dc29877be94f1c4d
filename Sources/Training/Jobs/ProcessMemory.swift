import Glibc
import MPI

/// The memory of this process.
package enum ProcessMemory {
  /// The most that this process has held until now.
  package static var peakMebibytes: Int { Int(usage.ru_maxrss) / 1024 }

  /// The most that a rank has held until now. Collective.
  package static func peakMebibytes(of world: Communicator) throws -> Int {
    Int(try world.allReduceMax(Int64(peakMebibytes)))
  }

  /// Pages that were touched for the first time.
  package static var minorFaults: Int { usage.ru_minflt }

  /// What this process holds now (proc(5), `statm`: pages); the largest amount, which the system also
  /// tells, may be that of the process it was started by.
  package static var residentBytes: Int {
    let fields = (UsableCores.content(of: "/proc/self/statm") ?? "").split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(getpagesize()) : 0
  }

  private static var usage: rusage {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage
  }
}
