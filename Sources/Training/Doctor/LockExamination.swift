import Files

/// Whether of several ranks that want a lock in the folder one gets it.
struct LockExamination: Examination {
  func examine(_ job: ExaminedJob) throws -> [Finding] {
    guard job.hasFolder else { return [] }
    let file = PassingFile(in: job.folder, named: "switch-dist-doctor")
    var failure = ""
    var lock: LockFile?
    if job.world.rank == 0 {
      do throws(FileError) {
        try file.write("")
        lock = try Self.take(file.path)
      } catch { failure = error.message }
    }
    failure = try job.world.broadcast(failure)
    guard failure.isEmpty else {
      return [
        Finding(
          .fail, "locks", failure, advice: "name a --run-dir on another file system", isOfJob: true)
      ]
    }
    let name = try job.world.broadcast(FileSystem.lastComponent(file.path))
    let path = "\(job.folder)/\(name)"
    // A rank that has another folder has another file.
    let isRefused = FileSystem.exists(path) ? Self.isRefused(path) : true
    try job.world.barrier()
    lock?.release()
    guard isRefused else {
      return [
        Finding(
          .fail, "locks", "this rank got a lock that rank 0 has",
          advice: "name a --run-dir on another file system: two runs could write into one folder")
      ]
    }
    return [
      Finding(
        .ok, "locks",
        "one of several gets a lock"
          + (file.takesSystemLocks() ? "" : "; flock does not work, and is not needed"),
        isOfJob: true)
    ]
  }

  private static func take(_ path: String) throws(FileError) -> LockFile {
    try LockFile(on: path, against: "another rank", remedy: "wait")
  }

  private static func isRefused(_ path: String) -> Bool {
    do throws(FileError) {
      try take(path).release()
      return false
    } catch {
      return true
    }
  }
}
