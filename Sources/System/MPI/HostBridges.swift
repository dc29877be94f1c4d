import Files
internal import Glibc

/// Networks of a host that lead only to its own containers and virtual machines. Several hosts have the same
/// address there, at which a process that looks for another host reaches itself.
public enum HostBridges {
  /// Those that this host has, by name.
  public static var present: [String] {
    (FileSystem.names(in: "/sys/class/net") ?? []).filter(isBridge).sorted()
  }

  static func isBridge(_ name: String) -> Bool {
    if ["docker", "virbr", "podman", "cni", "lxcbr", "lxdbr"].contains(where: name.hasPrefix) {
      return true
    }
    // A network that docker was asked for.
    let identifier = name.dropFirst(3)
    return name.hasPrefix("br-") && identifier.count == 12 && identifier.allSatisfy(\.isHexDigit)
  }

  /// Keeps Open MPI's TCP off them in a job of several hosts, if nobody has chosen its networks. To be called
  /// before MPI starts.
  static func avoid() {
    guard spansHosts, !isChosen else { return }
    let bridges = present
    guard !bridges.isEmpty else { return }
    // Open MPI's own list, and these.
    setenv("\(variable)exclude", (["127.0.0.0/8", "sppp"] + bridges).joined(separator: ","), 0)
  }

  private static let parameter = "btl_tcp_if_"
  private static let variable = "OMPI_MCA_\(parameter)"

  /// As the launcher tells.
  private static var spansHosts: Bool {
    if let local = number("OMPI_COMM_WORLD_LOCAL_SIZE"), let all = number("OMPI_COMM_WORLD_SIZE") {
      return local < all
    }
    return ["SLURM_STEP_NUM_NODES", "SLURM_NNODES"].compactMap(number).first ?? 1 > 1
  }

  /// In the environment, or in a file of settings of the user or the site, beside which a list of ours would
  /// be an error.
  private static var isChosen: Bool {
    if ["include", "exclude"].contains(where: { getenv(variable + $0) != nil }) { return true }
    return settingsFiles.contains { path in
      guard let text = try? FileSystem.readText(path) else { return false }
      return text.split(separator: "\n").contains { line in
        line.drop(while: \.isWhitespace).hasPrefix(parameter)
      }
    }
  }

  private static var settingsFiles: [String] {
    if let told = text("OMPI_MCA_mca_base_param_files") {
      return told.split(separator: ":").map(String.init)
    }
    let site = "openmpi-mca-params.conf"
    return [
      text("HOME").map { "\($0)/.openmpi/mca-params.conf" }, "/etc/openmpi/\(site)",
      (text("OPAL_PREFIX") ?? libraryPrefix).map { "\($0)/etc/\(site)" },
    ].compactMap { $0 }
  }

  /// Where the MPI library is installed.
  private static var libraryPrefix: String? {
    let maps = (try? FileSystem.readText("/proc/self/maps")) ?? ""
    let library = maps.split(separator: "\n").first { $0.contains("/libmpi.so") }
    guard let start = library?.firstIndex(of: "/") else { return nil }
    let parts = library?[start...].split(separator: "/", omittingEmptySubsequences: false) ?? []
    return parts.dropLast(2).joined(separator: "/")
  }

  private static func text(_ variable: String) -> String? {
    getenv(variable).map { String(cString: $0) }
  }
  private static func number(_ variable: String) -> Int? { text(variable).flatMap { Int($0) } }
}
