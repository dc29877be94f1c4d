import Files

/// What is watched: runs, and folders of runs, which may get more.
package struct WatchList {
  /// What stands together in a picture.
  package struct Section: Equatable, Sendable {
    /// Nil for a run that was named itself.
    package var title: String?
    package var runs: [RunStatus]
  }

  private let paths: [String]
  private var watched: [String: WatchedRun] = [:]

  package init(_ paths: [String]) { self.paths = paths }

  /// All as they are now.
  ///
  /// - Parameter now: seconds since 1970.
  /// - Throws: as `WatchedRun.look`.
  package mutating func look(now: Double) throws(FileError) -> [Section] {
    var sections: [Section] = []
    for path in paths {
      let group = RunGroup.find(at: path)
      var runs: [RunStatus] = []
      for run in group?.runs ?? [path] {
        var known = watched[run] ?? WatchedRun(run)
        runs.append(try known.look(now: now))
        watched[run] = known
      }
      sections.append(Section(title: group?.title, runs: runs))
    }
    return sections
  }
}
