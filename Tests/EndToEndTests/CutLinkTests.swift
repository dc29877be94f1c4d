import Foundation
import TestSupport
import Testing

/// Two network namespaces stand for two hosts; the cable between them is taken out. Needs root.
@Suite(.serialized, .enabled(if: FaultRounds.isLong && areNamespacesPossible()))
struct CutLinkTests {
  @Test func bothSidesSayItAndTheJobEnds() throws {
    let workspace = try Workspace()
    let name = "switch-dist-\(getpid())"
    let (one, other) = ("\(name)-a", "\(name)-b")
    defer { Self.remove([one, other]) }
    try Self.join(one, other)
    let agent = workspace.folder.file("agent")
    try workspace.folder.write(
      "#!/bin/sh\nshift\nexec ip netns exec \(other) unshare -u sh -c "
        + "'hostname host-b; exec sh -c \"$*\"' x \"$@\"\n", to: "agent")
    chmod(agent, 0o755)
    let network = "10.78.0.0/24"
    let command =
      [
        "ip", "netns", "exec", one, "unshare", "-u", "sh", "-c", "hostname host-a; exec \"$@\"",
        "x",
        "mpirun", "--oversubscribe", "--host", "host-a:1,10.78.0.2:1", "--mca", "plm_rsh_agent",
        agent, "--mca", "btl", "tcp,self", "--mca", "btl_tcp_if_include", network, "--mca",
        "oob_tcp_if_include", network, "-n", "2", try ChildProcess.program("switch-dist"),
      ] + Workspace.setting + [
        "--dataset", workspace.folder.file("set"), "--run-dir", workspace.folder.file("run"),
        "--pre-iters", "100000", "--eval-every", "2", "--batch-size", "8", "--threads", "1",
        "--stall-warning", "6s", "--stall-limit", "12s",
      ]
    let outcome = try ChildProcess.run(
      command, environment: ChildProcess.parallelEnvironment, directory: workspace.folder.path
    ) { _ in
      Workspace.await { workspace.tells("validation", in: "run") }
      _ = try? ChildProcess.run(["ip", "-n", one, "link", "set", "cable", "down"])
    }
    #expect(outcome.exitCode != 0 && !outcome.timedOut, "\(outcome.output)")
    let log = String(decoding: try workspace.folder.read("run/log.txt"), as: UTF8.self)
    #expect(log.contains("rank 1 (host-b)"), "\(log)")
    #expect(log.contains("go on from the last checkpoint with --resume"), "\(log)")
    Workspace.await { Self.processes(in: [one, other]).isEmpty }
    #expect(Self.processes(in: [one, other]).isEmpty, "a process was left behind")
  }

  private static func join(_ one: String, _ other: String) throws {
    let steps = [
      "netns add \(one)", "netns add \(other)",
      "-n \(one) link add cable type veth peer name cable netns \(other)",
      "-n \(one) addr add 10.78.0.1/24 dev cable", "-n \(other) addr add 10.78.0.2/24 dev cable",
      "-n \(one) link set cable up", "-n \(other) link set cable up",
      "-n \(one) link set lo up", "-n \(other) link set lo up",
    ]
    for step in steps {
      let outcome = try ChildProcess.run(["ip"] + step.split(separator: " ").map(String.init))
      guard outcome.exitCode == 0 else { throw UnexpectedOutput(text: step + outcome.output) }
    }
  }

  private static func processes(in spaces: [String]) -> [pid_t] {
    spaces.flatMap { space -> [pid_t] in
      let outcome = try? ChildProcess.run(["ip", "netns", "pids", space])
      return (outcome?.standardOutput ?? "").split(separator: "\n").compactMap { pid_t($0) }
    }
  }

  private static func remove(_ spaces: [String]) {
    for process in processes(in: spaces) { kill(process, SIGKILL) }
    for space in spaces { _ = try? ChildProcess.run(["ip", "netns", "del", space]) }
  }
}

/// Whether the system lets this user make namespaces.
private func areNamespacesPossible() -> Bool {
  ["add", "del"].allSatisfy {
    (try? ChildProcess.run(["ip", "netns", $0, "switch-dist-try"]).exitCode) == 0
  }
}
