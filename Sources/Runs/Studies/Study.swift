import Files
import Runs
import Settings

/// A study in its folder: the plan and what became of its runs until now.
public struct Study: Sendable {
  public let folder: StudyFolder
  public let plan: StudyPlan

  public var points: [StudyPoint] { plan.points }

  /// Reads a study's folder; takes no lock and writes nothing, so that it may be done while workers work.
  ///
  /// - Throws: `FileError` where no study lies there; `ConfigurationError` for a plan that cannot be read.
  public static func read(_ path: String) throws -> Study {
    let folder = StudyFolder(path)
    guard FileSystem.exists(folder.plan) else {
      throw FileError(
        path,
        "not the folder of a study: it has no \(FileSystem.lastComponent(folder.plan))")
    }
    return Study(folder: folder, plan: try StudyPlanFile(folder.plan).read())
  }

  package init(folder: StudyFolder, plan: StudyPlan) {
    self.folder = folder
    self.plan = plan
  }

  /// How far a run is, by what lies in its folder.
  public func state(of point: StudyPoint) -> StudyPoint.State {
    let run = folder.run(point)
    if run.isFinished { return strangeness(of: run, point).map { .failed($0) } ?? .done }
    for place in [folder.claim(point), run.path] {
      if let owner = LockFile.owner(of: place) { return .running(by: owner) }
    }
    if let failure = StudyFailure(at: folder.failure(point)) { return .failed(failure) }
    return run.holdsBeginning ? .begun : .waiting
  }

  /// Why a finished run is none of this plan; nil where it is one.
  private func strangeness(of run: RunFolder, _ point: StudyPoint) -> StudyFailure? {
    let message: String
    do {
      let differences = try run.differences(from: point.configuration)
      guard !differences.isEmpty else { return nil }
      message =
        "\(run.path) is a run of other settings: \(differences.joined(separator: "; ")); move it away"
    } catch {
      message = "\(error)"
    }
    return StudyFailure(code: 1, message: message, sessions: 0)
  }
}
