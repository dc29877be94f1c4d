import Glibc

/// How much more memory this process may take, by the tightest of the limits that are set.
package struct MemoryLimit: Equatable, Sendable {
  package var bytes: Int
  /// Whose limit it is, such as `ulimit -v`.
  package var name: String

  package init(bytes: Int, name: String) {
    self.bytes = bytes
    self.name = name
  }

  /// - Parameters:
  ///   - sharers: ranks on this node, which share the machine and, mostly, the control group.
  ///   - read: the content of a file, nil where there is none.
  package static func tightest(
    sharers: Int, read: (_ path: String) -> String? = UsableCores.content
  ) -> MemoryLimit? {
    let pages = (read("/proc/self/statm") ?? "").split(separator: " ").compactMap { Int($0) }
    let page = Int(getpagesize())
    func limit(_ resource: __rlimit_resource, _ field: Int, _ name: String) -> MemoryLimit? {
      var limit = rlimit()
      guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0,
        let most = Int(exactly: limit.rlim_cur), pages.count > field
      else { return nil }
      return MemoryLimit(bytes: max(0, most - pages[field] * page), name: name)
    }
    let limits = [
      limit(RLIMIT_AS, 0, "the limit of address space (ulimit -v)"),
      limit(RLIMIT_DATA, 5, "the limit of data (ulimit -d)"),
      group(read).map { MemoryLimit(bytes: $0 / max(1, sharers), name: "the control group") },
      free(read).map { MemoryLimit(bytes: $0 / max(1, sharers), name: "the machine") },
    ]
    return limits.compactMap { $0 }.min { $0.bytes < $1.bytes }
  }

  /// proc(5): what can be had without swapping, and swap.
  private static func free(_ read: (String) -> String?) -> Int? {
    let fields = (read("/proc/meminfo") ?? "").split(separator: "\n").compactMap { line -> Int? in
      guard line.hasPrefix("MemAvailable:") || line.hasPrefix("SwapFree:") else { return nil }
      return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }
    return fields.isEmpty ? nil : fields.reduce(0, +) << 10
  }

  /// What the control group and those above it leave (cgroups(7)); what only caches files can be had, too.
  private static func group(_ read: (String) -> String?) -> Int? {
    func number(_ path: String) -> Int? {
      (read(path) ?? "").split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
    }
    func used(_ folder: String, _ key: String) -> Int {
      let line = (read("\(folder)/memory.stat") ?? "").split(separator: "\n")
        .first { $0.hasPrefix("\(key) ") }
      return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }
    let lines = (read("/proc/self/cgroup") ?? "").split(separator: "\n")
    return lines.flatMap { line -> [Int] in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return [] }
      let isFirstVersion = fields[1].split(separator: ",").contains("memory")
      guard fields[1].isEmpty || isFirstVersion else { return [] }
      return UsableCores.folders(from: fields[2]).compactMap { path in
        let folder = isFirstVersion ? "/sys/fs/cgroup/memory\(path)" : "/sys/fs/cgroup\(path)"
        return isFirstVersion
          ? number("\(folder)/memory.limit_in_bytes").map { $0 - used(folder, "total_rss") }
          : number("\(folder)/memory.max").map { $0 - used(folder, "anon") }
      }
    }.map { max(0, $0) }.min()
  }
}
