import Foundation
import TestSupport
import Testing

/// Jobs on two hosts, which are pretended: networks that mislead, and a cable that is taken out.
@Suite(.serialized, .enabled(if: FaultRounds.isLong && PretendedHosts.arePossible))
struct HostsTests {
  private let workspace: Workspace
  private let hosts: PretendedHosts

  init() throws {
    workspace = try Workspace()
    hosts = try PretendedHosts(in: workspace.folder)
  }

  private func run(
    _ words: [String], whileRunning: ((_ process: Int32) -> Void)? = nil
  ) throws -> ChildProcess.Outcome {
    let own: [String: String?] = [
      "OMPI_MCA_plm_rsh_agent": hosts.agent,
      "SWITCH_DIST": try ChildProcess.program("switch-dist"),
      "SWITCH_SITE": nil,
    ]
    return try ChildProcess.run(
      hosts.command(words),
      environment: ChildProcess.parallelEnvironment.merging(own) { $1 },
      directory: workspace.folder.path, timeout: 240, whileRunning: whileRunning)
  }

  private static let supervise = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "launch/supervise").path

  private static let training =
    Workspace.setting + Workspace.schedule + ["--dataset", "./set", "--run-dir", "run"]

  // MARK: Networks

  /// Bridges that have the same address on every host are no way from one to the other, for mpirun alone and
  /// for the script.
  @Test(arguments: [true, false]) func bridgesOfContainersAreNoNetwork(isSupervised: Bool) throws {
    try hosts.addBridges()
    let launcher =
      isSupervised
      ? ["bash", Self.supervise, "--hostfile", "hosts", "--"]
      : [
        "mpirun", "--hostfile", "hosts", "--map-by", "ppr:1:node",
        try ChildProcess.program("switch-dist"), "--threads", "1",
      ]
    let outcome = try run(launcher + Self.training)
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    #expect(try RunRecord(of: "run", in: workspace) == Reference.record())
  }

  /// A network that does not lead to the other host is said to be the likely cause.
  @Test func hostsThatDoNotFindEachOtherNameTheSetting() throws {
    try hosts.addBridges()
    let outcome = try run(
      [
        "mpirun", "--hostfile", "hosts", "--map-by", "ppr:1:node", "--mca", "btl_tcp_if_include",
        "172.17.0.0/16", try ChildProcess.program("switch-dist"), "--threads", "1",
        "--stall-warning", "4s", "--stall-limit", "8s",
      ] + Self.training)
    #expect(outcome.exitCode != 0 && !outcome.timedOut, "\(outcome.output)")
    for host in ["host-a", "host-b"] {
      #expect(outcome.output.contains(host), "\(outcome.output)")
    }
    #expect(outcome.output.contains("OMPI_MCA_btl_tcp_if_include="), "\(outcome.output)")
  }

  // MARK: A cable

  @Test func bothSidesOfACutSayItAndTheJobEnds() throws {
    let outcome = try run(
      [
        "mpirun", "--oversubscribe", "--hostfile", "hosts", "--map-by", "ppr:1:node", "--mca",
        "btl",
        "tcp,self", try ChildProcess.program("switch-dist"), "--threads", "1", "--pre-iters",
        "100000", "--stall-warning", "6s", "--stall-limit", "12s",
      ] + Workspace.setting + ["--dataset", "./set", "--run-dir", "run", "--eval-every", "2"]
    ) { _ in
      Workspace.await { workspace.tells("validation", in: "run") }
      hosts.cutCable()
    }
    #expect(outcome.exitCode != 0 && !outcome.timedOut, "\(outcome.output)")
    let log = try workspace.text("run/log.txt")
    #expect(log.contains("rank 1 (host-b)"), "\(log)")
    #expect(log.contains("go on from the last checkpoint with --resume"), "\(log)")
    Workspace.await { hosts.processes.isEmpty }
    #expect(hosts.processes.isEmpty, "a process was left behind")
  }

  /// With the usual limits, the host is named, and the run goes on without it to the same result.
  @Test func aRunGoesOnWithoutTheHostThatWasCutOff() throws {
    let outcome = try run(
      ["bash", Self.supervise, "--hostfile", "hosts", "--backoff", "0", "--"]
        + Self.training
    ) { _ in
      Workspace.await { workspace.tells("validation", in: "run") }
      hosts.cutCable()
    }
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    let log = try workspace.text("run/log.txt")
    #expect(log.contains("rank 1 (host-b)"), "\(log)")
    #expect(outcome.output.contains("10.78.0.2 does not answer and is left out"))
    let record = try RunRecord(of: "run", in: workspace)
    let reference = try Reference.record()
    #expect(record.files == reference.files && record.scores == reference.scores)
  }
}
