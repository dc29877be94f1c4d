import Files
import Glibc
public import Studies

/// What a study found, as a table in several formats and a page, in the study's folder.
public struct StudyReport {
  private let table: StudyTable
  private let runs: StudyRuns
  private let page: StudyPage

  /// Reads the runs that are done; the study need not be finished.
  public init(_ study: Study) throws(FileError) {
    let results = try StudyResults(study)
    table = StudyTable(results)
    runs = StudyRuns(results)
    page = StudyPage(results: results, table: table, runs: runs)
  }

  /// For a terminal.
  public var text: String { table.text() }

  /// Reads the runs and replaces the files of an earlier report, of workers one after the other: what is
  /// written last has seen most.
  ///
  /// - Returns: what was written, and the path of the page.
  @discardableResult
  public static func write(
    _ study: Study
  ) throws(FileError) -> (report: StudyReport, page: String) {
    let page = "\(study.folder.path)/study.html"
    let lock = try Self.lock(page)
    defer { lock.release() }
    lock.removeLeftovers()
    let report = try StudyReport(study)
    for (name, text) in report.files {
      try FileSystem.replace("\(study.folder.path)/\(name)", with: text)
    }
    try FileSystem.replace(page, with: report.page.html())
    return (report, page)
  }

  private var files: [(name: String, text: String)] {
    [
      ("table.txt", table.text()), ("table.md", table.markdown()), ("table.tex", table.latex()),
      ("table.csv", table.csv()), ("differences.csv", table.differencesCSV()),
      ("runs.csv", runs.csv()),
    ]
  }

  /// Waits while another worker writes.
  private static func lock(_ page: String) throws(FileError) -> LockFile {
    for _ in 0..<patience {
      if let lock = try? LockFile(on: page, against: writer, remedy: remedy) { return lock }
      usleep(100_000)
    }
    return try LockFile(on: page, against: writer, remedy: remedy)
  }

  /// Tenths of a second.
  private static let patience = 100
  private static let writer = "another worker's report"
  private static let remedy = "write it again with report --study"
}
