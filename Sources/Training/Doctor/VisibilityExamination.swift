import Files
import Glibc
import Telemetry

/// Whether all ranks find in the folder what rank 0 has just written there.
struct VisibilityExamination: Examination {
  /// Seconds that other hosts may take to hear of a new file.
  private static let patience = 5.0

  func examine(_ job: ExaminedJob) throws -> [Finding] {
    guard job.hasFolder, job.world.size > 1 else { return [] }
    let file = PassingFile(in: job.folder, named: "switch-dist-doctor")
    let token = "\(ContinuousClock.now)"
    var failure = ""
    if job.world.rank == 0 {
      do throws(FileError) { try file.write(token) } catch { failure = "\(error)" }
    }
    // The examination of durability says why it cannot be written.
    guard try job.world.broadcast(failure).isEmpty else { return [] }
    let name = try job.world.broadcast(FileSystem.lastComponent(file.path))
    let content = try job.world.broadcast(token)
    let finding = look(for: "\(job.folder)/\(name)", content, job)
    // Until all have looked.
    try job.world.barrier()
    withExtendedLifetime(file) {}
    return [finding]
  }

  private func look(for path: String, _ content: String, _ job: ExaminedJob) -> Finding {
    let start = ContinuousClock.now
    var seconds = 0.0
    var found: String?
    repeat {
      // Listing a folder makes network file systems ask again.
      _ = FileSystem.names(in: job.folder)
      found = try? FileSystem.readText(path)
      seconds = (ContinuousClock.now - start) / .seconds(1)
      if found == content {
        return seconds < 1
          ? Finding(.ok, "visibility", "what rank 0 writes is there at once")
          : Finding(
            .warn, "visibility",
            "what rank 0 writes is there after \(decimalText(seconds, places: 0)) s",
            advice: "mount the file system without caching of folders (NFS: lookupcache=positive)")
      }
      usleep(20_000)
    } while seconds < Self.patience
    return Finding(
      .fail, "visibility", lack(in: FileSystem.resolved(job.folder), found),
      advice: "name a --run-dir that all hosts share, with its whole path: a run could not go on "
        + "from another host")
  }

  private func lack(in folder: String, _ found: String?) -> String {
    if found != nil { return "what rank 0 has written is other text in \(folder) here" }
    guard FileSystem.isFolder(folder) else { return "\(folder) is not there" }
    return "\(folder) is not the folder of rank 0: its file is not there after "
      + "\(Int(Self.patience)) s"
  }
}
