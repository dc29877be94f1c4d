import Files
import Runs

/// `report.html`: a run on one page that needs nothing else, to read, send and print.
public enum RunReport {
  /// Writes the report of a run folder, finished or not.
  ///
  /// - Parameters:
  ///   - run: the folder of the run.
  ///   - others: folders of runs to set beside it.
  ///   - output: the file; `report.html` in the run's folder by default.
  /// - Returns: the file.
  @discardableResult
  public static func write(
    run: String, comparedWith others: [String] = [], to output: String? = nil
  ) throws(FileError) -> String {
    let recording = try RunRecording(run)
    var comparisons: [Comparison] = []
    for other in others {
      comparisons.append(Comparison(recording, with: try RunRecording(other)))
    }
    let page = Page(run: recording, comparisons: comparisons)
    let path = output ?? recording.folder.report
    guard !path.isEmpty else {
      throw FileError("\"\"", "an empty name is no file; name one with --output")
    }
    do {
      try FileSystem.replace(path, with: page.html())
    } catch {
      throw FileError(path, "the report cannot be written; name another file with --output")
    }
    return path
  }
}
