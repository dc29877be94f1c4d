import Glibc
import MPI

/// The cores a rank may use.
enum CoreCount {
  /// The cores of this process' affinity mask, shared with the ranks of the same node that have the
  /// same mask (a launcher that does not bind gives all ranks all cores).
  static func share(of world: Communicator) throws -> Int {
    let node = try world.splitByNode()
    let allowed = Array(allowedCores().utf8)
    let sharers = try node.allGatherVariable(allowed).count { $0 == allowed }
    let cores = count(String(decoding: allowed, as: UTF8.self))
    return max(1, cores / max(1, sharers))
  }

  /// The kernel's list, such as `0-3,8` (proc(5), `Cpus_allowed_list`).
  private static func allowedCores() -> String {
    guard let file = fopen("/proc/self/status", "r") else { return "0" }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 4096)
    let key = "Cpus_allowed_list:"
    while fgets(&line, Int32(line.count), file) != nil {
      let text = line.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
      if text.hasPrefix(key) {
        return String(text.dropFirst(key.count).filter { !$0.isWhitespace })
      }
    }
    return "0"
  }

  private static func count(_ list: String) -> Int {
    list.split(separator: ",").reduce(0) { total, range in
      let ends = range.split(separator: "-").compactMap { Int($0) }
      guard let first = ends.first, let last = ends.last else { return total }
      return total + last - first + 1
    }
  }
}
