import Foundation
import TestSupport
import Testing

/// A Slurm of its own on this machine, with two nodes of two processors, for a test: all its files are in
/// one folder, and its daemons end with it. Needs root and Debian's slurm-wlm and munge.
final class ThrowAwaySlurm {
  private let folder: TemporaryFolder
  /// What the commands of Slurm need.
  let environment: [String: String?]

  private static let nodes = ["n1", "n2"]

  /// Whether its programs are there, and may be run.
  static var isPossible: Bool {
    geteuid() == 0
      && ["munged", "slurmctld", "slurmd", "sbatch"].allSatisfy { name in
        ["/usr/sbin", "/usr/bin"].contains {
          FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
        }
      }
  }

  init() throws {
    folder = try TemporaryFolder()
    environment = ["SLURM_CONF": folder.file("slurm.conf")]
    for name in ["state", "munge"] { try folder.makeFolder(name) }
    try folder.write((0..<1024).map { _ in UInt8.random(in: 0...255) }, to: "munge/key")
    for (name, mode) in [("munge", 0o700), ("munge/key", 0o400)] {
      try FileManager.default.setAttributes(
        [.posixPermissions: mode], ofItemAtPath: folder.file(name))
    }
    try start(
      "munged", "--force", "--key-file", folder.file("munge/key"), "--socket",
      folder.file("socket"),
      "--log-file", folder.file("munge/log"), "--pid-file", folder.file("munged.pid"),
      "--seed-file", folder.file("munge/seed"))
    try folder.write(try settings(), to: "slurm.conf")
    try start("slurmctld")
    for node in Self.nodes {
      // Two nodes on one host would meet in the system's folder for temporary files.
      try folder.makeFolder("tmp.\(node)")
      try start("slurmd", "-N", node)
    }
    Workspace.await {
      (try? run("sinfo", "--noheader", "--states=idle", "--format=%D"))?.standardOutput == "2\n"
    }
  }

  deinit {
    for name in Self.nodes.map({ "slurmd.\($0)" }) + ["slurmctld", "munged"] {
      guard let text = try? folder.read("\(name).pid"),
        let process = pid_t(
          String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
      else { continue }
      kill(process, SIGKILL)
    }
  }

  private func settings() throws -> String {
    let host = try ChildProcess.run(["hostname", "-s"]).standardOutput
      .trimmingCharacters(in: .whitespacesAndNewlines)
    let port = 20_000 + Int(getpid()) % 10_000 * 3
    let nodes = Self.nodes.enumerated().map { index, node in
      "NodeName=\(node) NodeHostname=\(host) NodeAddr=127.0.0.1 Port=\(port + 1 + index) CPUs=2 "
        + "RealMemory=8000"
    }
    return """
      ClusterName=thrown-away
      SlurmctldHost=\(host)(127.0.0.1)
      SlurmctldPort=\(port)
      SlurmUser=root
      AuthType=auth/munge
      AuthInfo=socket=\(folder.file("socket"))
      CryptoType=crypto/munge
      StateSaveLocation=\(folder.file("state"))
      SlurmdSpoolDir=\(folder.file("spool")).%n
      TmpFS=\(folder.file("tmp")).%n
      SlurmctldPidFile=\(folder.file("slurmctld.pid"))
      SlurmdPidFile=\(folder.file("slurmd.%n.pid"))
      SlurmctldLogFile=\(folder.file("slurmctld.log"))
      SlurmdLogFile=\(folder.file("slurmd.%n.log"))
      SlurmdParameters=config_overrides
      ProctrackType=proctrack/linuxproc
      TaskPlugin=task/none
      MpiDefault=pmix
      SelectType=select/cons_tres
      SelectTypeParameters=CR_Core
      SwitchType=switch/none
      JobAcctGatherType=jobacct_gather/none
      AccountingStorageType=accounting_storage/none
      ReturnToService=2
      KillWait=30
      \(nodes.joined(separator: "\n"))
      PartitionName=main Nodes=\(Self.nodes.joined(separator: ",")) Default=YES State=UP

      """
  }

  /// A daemon that kept a descriptor of the command that started it would seem to be that command.
  private static let withoutDescriptors = """
    for file in /proc/self/fd/*; do number=${file##*/}; ((number < 3)) || eval "exec $number>&-"; done
    exec "$@"
    """

  private func start(_ command: String...) throws {
    let path = "/usr/sbin:/usr/bin:/bin:/sbin"
    let outcome = try ChildProcess.run(
      ["bash", "-c", Self.withoutDescriptors, "bash"] + command,
      environment: environment.merging(["PATH": path]) { $1 })
    guard outcome.exitCode == 0 else {
      throw UnexpectedOutput(text: "\(command): \(outcome.output)")
    }
  }

  // MARK: Jobs

  /// Runs a command of Slurm.
  @discardableResult func run(_ command: String..., in directory: String? = nil) throws
    -> ChildProcess.Outcome
  {
    let outcome = try ChildProcess.run(command, environment: environment, directory: directory)
    guard outcome.exitCode == 0 else {
      throw UnexpectedOutput(text: "\(command): \(outcome.output)")
    }
    return outcome
  }

  /// What Slurm knows of a job, by the names it gives; nothing once it has forgotten it. Not asked more
  /// often than it likes.
  func job(_ number: String) -> [String: String] {
    Thread.sleep(forTimeInterval: 0.3)
    let text = (try? run("scontrol", "show", "job", number, "--oneliner"))?.standardOutput ?? ""
    return text.split(whereSeparator: \.isWhitespace).reduce(into: [:]) { facts, word in
      let parts = word.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { facts[String(parts[0])] = String(parts[1]) }
    }
  }

  /// Slurm lets a job that was put back wait for two minutes; some seconds are enough for its steps to end.
  func startNow(_ number: String) {
    guard job(number)["JobState"] == "PENDING" else { return }
    Thread.sleep(forTimeInterval: 5)
    _ = try? run("scontrol", "update", "JobId=\(number)", "StartTime=now")
  }

  /// Waits for a job's end, at most this many seconds, and for no time between its sessions.
  func end(of number: String, within seconds: Double = 300) -> [String: String] {
    let deadline = Date.now + seconds
    while Date.now < deadline {
      let facts = job(number)
      switch facts["JobState"] {
      case "PENDING": startNow(number)
      case "RUNNING", "COMPLETING", "CONFIGURING": break
      default: return facts
      }
    }
    return job(number)
  }
}
