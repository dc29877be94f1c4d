import Glibc

/// Limits of the shell that this process was started from; nil where there is none.
package enum ResourceLimit {
  /// Files that may be open at once (`ulimit -n`).
  package static var openFiles: Int? { limit(RLIMIT_NOFILE) }

  /// Bytes that a file may have (`ulimit -f`).
  package static var fileBytes: Int? { limit(RLIMIT_FSIZE) }

  private static func limit(_ resource: __rlimit_resource) -> Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 else { return nil }
    return Int(exactly: limit.rlim_cur)
  }
}
