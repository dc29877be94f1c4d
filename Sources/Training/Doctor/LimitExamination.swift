import Jobs

/// What the shell or the batch system allows a process.
struct LimitExamination: Examination {
  /// Images, checkpoints, the log, and MPI's connections to all ranks.
  private static let leastOpenFiles = 256

  func examine(_ job: ExaminedJob) -> [Finding] {
    var findings: [Finding] = []
    if let files = ResourceLimit.openFiles, files < Self.leastOpenFiles {
      findings.append(
        Finding(
          .warn, "limits", "no more than \(files) files may be open (ulimit -n)",
          advice: "ulimit -n 1024 before the start"))
    }
    if let bytes = ResourceLimit.fileBytes, bytes < job.checkpointBytes {
      findings.append(
        Finding(
          .fail, "limits",
          "a file may have \(bytes >> 20) MiB (ulimit -f), a checkpoint has "
            + "\(job.checkpointBytes >> 20) MiB",
          advice: "ulimit -f unlimited before the start"))
    }
    return findings.isEmpty
      ? [Finding(.ok, "limits", "open files and sizes of files suffice")] : findings
  }
}
