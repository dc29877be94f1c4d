import Foundation
import TestSupport

/// Two network namespaces that stand for two hosts, `host-a` and `host-b`, with a cable between them that can
/// be taken out. Needs root; all is gone with it.
final class PretendedHosts {
  static let network = "10.78.0.0/24"
  private let one: String
  private let other: String
  /// Stands in for ssh.
  let agent: String

  init(in folder: TemporaryFolder) throws {
    let name = "switch-dist-\(getpid())"
    (one, other) = ("\(name)-a", "\(name)-b")
    agent = folder.file("agent")
    // As ssh does: a shell of the user's reads the words.
    try folder.write(
      "#!/bin/sh\nip -n \(one) link show up dev cable | grep -q cable || exit 255\nshift\nexec ip netns exec \(other) unshare -u sh -c "
        + "'hostname host-b; exec sh -c \"$*\"' x \"$@\"\n", to: "agent")
    chmod(agent, 0o755)
    try folder.write("host-a\n10.78.0.2\n", to: "hosts")
    for step in [
      "netns add \(one)", "netns add \(other)",
      "-n \(one) link add cable type veth peer name cable netns \(other)",
      "-n \(one) addr add 10.78.0.1/24 dev cable", "-n \(other) addr add 10.78.0.2/24 dev cable",
      "-n \(one) link set cable up", "-n \(other) link set cable up",
      "-n \(one) link set lo up", "-n \(other) link set lo up",
    ] {
      try Self.ip(step)
    }
  }

  deinit {
    for process in processes { kill(process, SIGKILL) }
    for space in [one, other] { try? Self.ip("netns del \(space)") }
  }

  private static func ip(_ words: String) throws {
    let outcome = try ChildProcess.run(["ip"] + words.split(separator: " ").map(String.init))
    guard outcome.exitCode == 0 else { throw UnexpectedOutput(text: words + outcome.output) }
  }

  /// Whether the system lets this user make namespaces.
  static let arePossible = ["add", "del"].allSatisfy { word in
    (try? ip("netns \(word) switch-dist-try")) != nil
  }

  /// A command on `host-a`.
  func command(_ words: [String]) -> [String] {
    ["ip", "netns", "exec", one, "unshare", "-u", "sh", "-c", "hostname host-a; exec \"$@\"", "x"]
      + words
  }

  func cutCable() { try? Self.ip("-n \(one) link set cable down") }

  /// Gives each host a network of its own containers, with the same address on both.
  func addBridges() throws {
    for space in [one, other] {
      try Self.ip("-n \(space) link add docker0 type bridge")
      try Self.ip("-n \(space) addr add 172.17.0.1/16 dev docker0")
      try Self.ip("-n \(space) link set docker0 up")
    }
  }

  var processes: [pid_t] {
    [one, other].flatMap { space -> [pid_t] in
      let outcome = try? ChildProcess.run(["ip", "netns", "pids", space])
      return (outcome?.standardOutput ?? "").split(separator: "\n").compactMap { pid_t($0) }
    }
  }
}
