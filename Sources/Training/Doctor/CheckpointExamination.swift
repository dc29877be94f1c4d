import Files
import Jobs
import Telemetry

/// Whether a file as large as a checkpoint can be written: quotas show here only.
struct CheckpointExamination: Examination {
  private static let slow = 10.0

  func examine(_ job: ExaminedJob) -> [Finding] {
    guard job.hasFolder, job.world.rank == 0,
      // The system would end the process; the examination of limits has said it.
      (ResourceLimit.fileBytes ?? .max) >= job.checkpointBytes
    else { return [] }
    let size = "\(job.checkpointBytes >> 20) MiB"
    do throws(FileError) {
      let file = PassingFile(in: job.folder, named: "switch-dist-doctor")
      let bytes = [UInt8](repeating: 0x5A, count: job.checkpointBytes)
      let start = ContinuousClock.now
      try file.write(bytes)
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      let isSlow = seconds > Self.slow
      return [
        Finding(
          isSlow ? .warn : .ok, "checkpoint",
          "\(size) are on the medium after \(roundText(seconds)) s",
          advice: isSlow ? "name a --run-dir on a faster file system" : "", isOfJob: true,
          measures: ["seconds": seconds])
      ]
    } catch {
      return [
        Finding(
          .fail, "checkpoint", "\(size) cannot be written: \(error)",
          advice: "make room, look at the quota, or name another folder with --run-dir",
          isOfJob: true)
      ]
    }
  }
}
