import Files

/// The place for temporary files, which `selftest` and Open MPI use.
struct TemporaryFolderExamination: Examination {
  func examine(_ job: ExaminedJob) -> [Finding] {
    let folder = FileSystem.temporaryFolder
    guard FileSystem.isFolder(folder), FileSystem.isWritable(folder) else {
      return [
        Finding(
          .warn, "temporary", "\(folder), the place for temporary files, cannot be written to",
          advice: "let TMPDIR name a folder of this host")
      ]
    }
    return [Finding(.ok, "temporary", "\(folder) can be written to")]
  }
}
