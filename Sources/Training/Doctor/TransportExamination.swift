import Files
import MPI

/// What the environment tells Open MPI about the way of messages, and what networks a machine has.
struct TransportExamination: Examination {
  private static let names = ["OMPI_MCA_", "UCX_", "FI_", "PSM2_", "PMIX_MCA_"]
  /// Of all variables those that decide how ranks reach each other.
  private static let words = ["btl", "pml", "mtl", "tcp_if", "TLS", "NET_DEVICES", "PROVIDER"]

  func examine(_ job: ExaminedJob) -> [Finding] {
    let set = EnvironmentExamination.variables.filter { variable in
      Self.names.contains { variable.key.hasPrefix($0) }
        && Self.words.contains { variable.key.contains($0) }
    }
    let hosts = job.distinctHosts.count
    let findings =
      [restriction(set, job), hosts > 1 ? bridge(set) : nil, hosts > 1 ? idleNetwork(set) : nil]
      .compactMap { $0 }
    guard findings.isEmpty else { return findings }
    let way =
      job.world.size == 1
      ? "one rank" : hosts == 1 ? "ranks of one host" : "ranks of \(hosts) hosts"
    let choice =
      set.isEmpty
      ? "chosen by \(MPILibrary.version)"
      : set.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
    return [Finding(.ok, "transport", "\(way), \(choice)")]
  }

  /// A list of transports without the one for ranks of the same host.
  private func restriction(_ set: [String: String], _ job: ExaminedJob) -> Finding? {
    guard job.node.size > 1, let list = set["OMPI_MCA_btl"], !list.hasPrefix("^"),
      !list.split(separator: ",").contains(where: { ["vader", "sm"].contains($0) })
    else { return nil }
    return Finding(
      .warn, "transport", "OMPI_MCA_btl=\(list) leaves out shared memory between ranks of one host",
      advice: "unset OMPI_MCA_btl, or add vader (Open MPI 4) or sm (Open MPI 5)")
  }

  /// Open MPI may try addresses that other hosts have, too, and wait for ever.
  private func bridge(_ set: [String: String]) -> Finding? {
    let isTold = set.keys.contains { $0.contains("tcp_if") }
    let avoidsTCP = ["ucx", "cm"].contains(set["OMPI_MCA_pml"] ?? "")
    let interfaces = HostBridges.present
    guard !isTold, !avoidsTCP, let first = interfaces.first else { return nil }
    return Finding(
      .warn, "transport",
      "this host has networks of its own that others cannot reach (\(first)"
        + (interfaces.count > 1 ? ", …)" : ")"),
      advice: "if ranks do not find each other: export OMPI_MCA_btl_tcp_if_include=NETWORK and "
        + "OMPI_MCA_oob_tcp_if_include=NETWORK, such as 10.0.0.0/16")
  }

  private func idleNetwork(_ set: [String: String]) -> Finding? {
    guard let device = FileSystem.names(in: "/sys/class/infiniband")?.first,
      set["OMPI_MCA_pml"] == "ob1" || set["OMPI_MCA_btl"]?.contains("tcp") == true
    else { return nil }
    return Finding(
      .warn, "transport", "there is a faster network (\(device)), and TCP is asked for",
      advice: "unset OMPI_MCA_pml and OMPI_MCA_btl, and compare the line all-reduce")
  }
}
