import Glibc

/// What the system lets this process compute on: its affinity mask, in which the hyperthreads of a
/// core count once, and the processor quota of its control group.
public struct UsableCores: Equatable, Sendable {
  /// The processors of the mask as the kernel writes them, such as `0-3,8`.
  public let allowed: String
  /// Distinct cores among them.
  public let physicalCount: Int
  /// This process' control groups, one a line; processes with the same ones share the quota.
  public let group: String
  /// Processors' worth of time that the control group may use; nil for any amount.
  public let quota: Double?

  /// What all that leaves this process: cores it may keep busy at once.
  public var count: Int { min(physicalCount, quota.map { max(1, Int($0.rounded(.up))) } ?? .max) }

  /// - Parameter read: the content of a file, nil where there is none.
  public init(read: (_ path: String) -> String? = UsableCores.content) {
    let status = read("/proc/self/status") ?? ""
    let key = "Cpus_allowed_list:"
    let line = status.split(separator: "\n").first { $0.hasPrefix(key) }
    allowed = line.map { $0.dropFirst(key.count).filter { !$0.isWhitespace } } ?? "0"
    physicalCount = max(1, Self.cores(of: allowed, read).count)
    group = read("/proc/self/cgroup") ?? ""
    quota = Self.quota(of: group, read)
  }

  /// proc(5), `Cpus_allowed_list`.
  package static func processors(_ list: String) -> [Int] {
    list.split(separator: ",").flatMap { range in
      let ends = range.split(separator: "-").compactMap { Int($0) }
      guard let first = ends.first, let last = ends.last, first <= last else { return [Int]() }
      return Array(first...last)
    }
  }

  /// The cores of a list of processors, by names: hyperthreads of one core name the same siblings.
  package static func cores(
    of list: String, _ read: (String) -> String? = UsableCores.content
  ) -> Set<String> {
    Set(
      processors(list).map { processor in
        read("/sys/devices/system/cpu/cpu\(processor)/topology/thread_siblings_list")
          ?? "\(processor)"
      })
  }

  /// The processors that the machine, or the process' control group (cgroups(7), cpuset), has for all
  /// who are there, whatever this process was bound to; nil where the system does not say.
  package static func offered(
    _ read: (String) -> String? = UsableCores.content
  ) -> String? {
    let groups = (read("/proc/self/cgroup") ?? "").split(separator: "\n")
    let files = groups.flatMap { line -> [String] in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return [] }
      let paths = folders(from: fields[2]).reversed()
      if fields[1].isEmpty { return paths.map { "/sys/fs/cgroup\($0)/cpuset.cpus.effective" } }
      guard fields[1].split(separator: ",").contains("cpuset") else { return [] }
      return paths.map { "/sys/fs/cgroup/cpuset\($0)/cpuset.effective_cpus" }
    }
    for path in files + ["/sys/devices/system/cpu/online"] {
      let list = (read(path) ?? "").filter { !$0.isWhitespace }
      if !list.isEmpty { return list }
    }
    return nil
  }

  // MARK: Quota

  /// The smallest quota of the process' control group and all above it (cgroups(7)). Containers
  /// often show a group's files at the root of the tree instead.
  private static func quota(of groups: String, _ read: (String) -> String?) -> Double? {
    let quotas = groups.split(separator: "\n").flatMap { line -> [Double] in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return [] }
      let controllers = fields[1].split(separator: ",")
      if controllers.isEmpty {
        return folders(from: fields[2]).compactMap { version2("/sys/fs/cgroup\($0)", read) }
      }
      guard controllers.contains("cpu") else { return [] }
      return ["cpu", String(fields[1])].flatMap { tree in
        folders(from: fields[2]).compactMap { version1("/sys/fs/cgroup/\(tree)\($0)", read) }
      }
    }
    return quotas.min()
  }

  /// A group's path, those above it, and the empty path of the root.
  static func folders(from path: Substring) -> [String] {
    path.split(separator: "/").reduce(into: [""]) { $0.append("\($0.last ?? "")/\($1)") }
  }

  /// `cpu.max`: `200000 100000`, or `max 100000` for no limit.
  private static func version2(_ folder: String, _ read: (String) -> String?) -> Double? {
    let numbers = (read("\(folder)/cpu.max") ?? "").split(whereSeparator: \.isWhitespace)
    guard numbers.count == 2 else { return nil }
    return ratio(numbers[0], numbers[1])
  }

  /// A quota of −1 is none.
  private static func version1(_ folder: String, _ read: (String) -> String?) -> Double? {
    guard let quota = read("\(folder)/cpu.cfs_quota_us"),
      let period = read("\(folder)/cpu.cfs_period_us")
    else { return nil }
    return ratio(quota.prefix { !$0.isWhitespace }, period.prefix { !$0.isWhitespace })
  }

  private static func ratio(_ quota: Substring, _ period: Substring) -> Double? {
    guard let quota = Double(quota), let period = Double(period), quota > 0, period > 0
    else { return nil }
    return quota / period
  }

  /// A small file of the system, whose size is not known before it is read.
  public static func content(of path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = fread(&part, 1, part.count, file)
      guard count > 0 else { break }
      bytes += part[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
