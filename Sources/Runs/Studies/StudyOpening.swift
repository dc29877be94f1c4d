import Files
import Glibc
import Settings

extension Study {
  /// Begins a study in a folder, or goes on with the one that lies there.
  ///
  /// - Parameters:
  ///   - path: the plan's file; may be the copy in the folder.
  ///   - folder: is made where it is not there.
  /// - Throws: `ConfigurationError` for a plan that is not that of the study which lies there, with more runs at
  ///   most; `FileError`.
  public static func open(plan path: String, in folder: StudyFolder) throws -> Study {
    let plan = try StudyPlanFile(path).read()
    try requireOwn(folder)
    for part in [folder.path] + folder.folders { try FileSystem.makeFolder(part) }
    let lock = try lock(folder)
    defer { lock.release() }
    for part in [folder.path] + folder.folders { lock.removeLeftovers(in: part) }
    if FileSystem.exists(folder.plan) {
      try requireSame(plan, path, in: folder)
    }
    let text = try FileSystem.readText(path)
    if (try? FileSystem.readText(folder.plan)) != text {
      try FileSystem.replace(folder.plan, with: text)
    }
    let study = Study(folder: folder, plan: plan)
    for point in plan.points { try study.writeOptions(of: point) }
    return study
  }

  /// The study that `open` would begin or go on with; nothing is written.
  ///
  /// - Throws: as `open`.
  public static func planned(by path: String, in folder: StudyFolder) throws -> Study {
    let plan = try StudyPlanFile(path).read()
    if FileSystem.exists(folder.plan) { try requireSame(plan, path, in: folder) }
    return Study(folder: folder, plan: plan)
  }

  /// Refuses a plan by which runs of the study would be others.
  private static func requireSame(
    _ plan: StudyPlan, _ path: String, in folder: StudyFolder
  ) throws(ConfigurationError) {
    let changes = plan.changes(from: try StudyPlanFile(folder.plan).read())
    guard !changes.isEmpty else { return }
    throw ConfigurationError(
      "\(path) is not the plan of the study in \(folder.path): \(changes.joined(separator: "; ")); "
        + "go on with \(folder.plan), or name another folder with --output")
  }

  /// Refuses a folder that something else lies in.
  private static func requireOwn(_ folder: StudyFolder) throws(FileError) {
    guard !FileSystem.exists(folder.plan), FileSystem.exists(folder.path) else { return }
    let parts = Set(folder.folders.map(FileSystem.lastComponent))
    let planName = FileSystem.lastComponent(folder.plan)
    guard let names = FileSystem.names(in: folder.path),
      names.allSatisfy({ parts.contains($0) || $0.hasPrefix(planName) })
    else {
      throw FileError(
        folder.path, "is there already and is no study; name another folder with --output")
    }
  }

  /// Workers that begin together come one after the other.
  private static func lock(_ folder: StudyFolder) throws(FileError) -> LockFile {
    for _ in 0..<150 {
      do throws(FileError) {
        return try LockFile(on: folder.plan, against: "another worker", remedy: "try again")
      } catch {
        guard error.isInUse else { throw error }
        usleep(200_000)
      }
    }
    return try LockFile(on: folder.plan, against: "another worker", remedy: "try again")
  }

  /// All that decides the result with its value, so that defaults of another version change nothing; the rest
  /// as it was given.
  private func writeOptions(of point: StudyPoint) throws {
    let decided = point.configuration.options.map { ($0.option.name, $0.text) }
    let text = try OptionFile.text(of: point.options.merging(decided) { $1 })
    let path = folder.options(point)
    if (try? FileSystem.readText(path)) != text { try FileSystem.replace(path, with: text) }
  }
}
