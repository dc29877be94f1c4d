import Files

/// Whether there is a folder that runs can be written to, with room.
struct FolderExamination: Examination {
  /// Best, last and evaluated weights of both phases, and one that is being written.
  private static let checkpoints = 8
  /// Of a run, without the pictures.
  private static let files = 100

  func examine(_ job: ExaminedJob) throws -> [Finding] {
    let findings = job.world.rank == 0 ? look(at: job.folder, job) : []
    job.hasFolder = try job.all(!findings.contains { $0.status == .fail })
    return findings
  }

  private func look(at folder: String, _ job: ExaminedJob) -> [Finding] {
    let path = FileSystem.resolved(folder)
    guard FileSystem.isFolder(path) else {
      return [fail("\(path) is \(FileSystem.exists(path) ? "no folder" : "not there")")]
    }
    do throws(FileError) {
      try PassingFile(in: path, named: "switch-dist-doctor").write("")
      let volume = try Volume(of: path)
      return [
        Finding(.ok, "folder", "\(path), on \(volume.kind)", isOfJob: true), room(on: volume, job),
      ]
    } catch {
      return [fail("\(error)")]
    }
  }

  private func fail(_ text: String) -> Finding {
    Finding(
      .fail, "folder", text,
      advice: "make it, or name another with --run-dir", isOfJob: true)
  }

  private func room(on volume: Volume, _ job: ExaminedJob) -> Finding {
    let need = Self.checkpoints * job.checkpointBytes
    let measures = ["free_bytes": Double(volume.freeBytes)]
    func finding(_ status: Finding.Status, _ text: String, _ advice: String = "") -> Finding {
      Finding(status, "space", text, advice: advice, isOfJob: true, measures: measures)
    }
    if let files = volume.freeFiles, files < Self.files {
      return finding(
        .warn, "\(files) more files can be made, a run has about \(Self.files)",
        "remove files, or name another folder with --run-dir")
    }
    guard volume.freeBytes < need else {
      return finding(
        .ok, "\(volume.freeBytes >> 20) MiB free; the checkpoints of a run take about \(need >> 20)"
      )
    }
    return finding(
      volume.freeBytes < job.checkpointBytes ? .fail : .warn,
      "\(volume.freeBytes >> 20) MiB free; the checkpoints of a run take about \(need >> 20)",
      "remove files, or name another folder with --run-dir")
  }
}
