import Files
import Telemetry

/// How long rank 0 waits until a small file is on the medium.
struct DurabilityExamination: Examination {
  private static let count = 5
  private static let slow = 0.1

  func examine(_ job: ExaminedJob) -> [Finding] {
    guard job.hasFolder, job.world.rank == 0 else { return [] }
    do throws(FileError) {
      var times: [Double] = []
      for _ in 0..<Self.count {
        let file = PassingFile(in: job.folder, named: "switch-dist-doctor")
        let start = ContinuousClock.now
        try file.write(String(repeating: "x", count: 4096))
        times.append((ContinuousClock.now - start) / .seconds(1))
      }
      let median = times.sorted()[Self.count / 2]
      let isSlow = median > Self.slow
      return [
        Finding(
          isSlow ? .warn : .ok, "fsync",
          "a small file is on the medium after \(roundText(median * 1000)) ms",
          advice: isSlow
            ? "name a --run-dir on a faster file system, or ask for fewer checkpoints "
              + "(--checkpoint-every)"
            : "",
          isOfJob: true, measures: ["median_seconds": median])
      ]
    } catch {
      return [
        Finding(
          .fail, "fsync", "\(error)", advice: "name a --run-dir on another file system",
          isOfJob: true)
      ]
    }
  }
}
