import Files
import Runs
import Studies

/// The runs of a study, also those that are still to come; but not those that failed before they had a folder.
enum RunsOfStudy: RunGrouping {
  static func group(at path: String) -> RunGroup? {
    guard let study = try? Study.read(path) else { return nil }
    let runs = study.points.compactMap { point -> String? in
      let run = study.folder.run(point).path
      let failed = FileSystem.exists(study.folder.failure(point))
      return failed && !FileSystem.exists(run) ? nil : run
    }
    return RunGroup(title: study.plan.title ?? path, runs: runs)
  }
}
