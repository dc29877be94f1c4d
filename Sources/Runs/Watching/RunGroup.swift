import Files
import Runs

/// Runs that belong together.
package struct RunGroup: Equatable {
  /// What stands above them.
  package var title: String
  /// Their folders, which need not be there yet: one that is to come keeps the whole from being over.
  package var runs: [String]

  package init(title: String, runs: [String]) {
    (self.title, self.runs) = (title, runs)
  }
}

/// A way in which a folder says that runs belong together.
package protocol RunGrouping {
  /// The runs that a folder has now; nil where it is no such folder.
  static func group(at path: String) -> RunGroup?
}

extension RunGroup {
  /// All ways, the first that fits counts: whoever knows more of a folder than that runs lie in it, such as
  /// which are still to come, stands before `FolderOfRuns`.
  package static var groupings: [any RunGrouping.Type] { [RunsOfStudy.self, FolderOfRuns.self] }

  /// - Returns: nil where a path is, or may become, the folder of a run.
  package static func find(at path: String) -> RunGroup? {
    groupings.lazy.compactMap { $0.group(at: path) }.first
  }
}

/// A folder with runs in it, or in its folder `runs`: those that have begun.
enum FolderOfRuns: RunGrouping {
  static func group(at path: String) -> RunGroup? {
    guard !RunFolder(path).isBegun else { return nil }
    for parent in ["\(path)/runs", path] {
      let folders = (FileSystem.names(in: parent) ?? []).map { "\(parent)/\($0)" }
      let runs = folders.filter { RunFolder($0).isBegun }
      if !runs.isEmpty { return RunGroup(title: path, runs: runs) }
    }
    return nil
  }
}

extension RunFolder {
  /// Records, or the lock of a session that is about to write some.
  fileprivate var isBegun: Bool {
    [log, metrics, configuration, "\(path)/\(LockFile.name)"].contains(where: FileSystem.exists)
  }
}
