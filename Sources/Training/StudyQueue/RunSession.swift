import Files
import Glibc
import Processes
import Runs
import Studies

extension StudyCommandLine {
  /// Asks a run to stop with a checkpoint: mpirun hands it on to its ranks.
  static let request = SIGUSR1
}

/// A session of a run, from its claim on.
final class RunSession {
  let point: StudyPoint
  private let child: ChildProgram
  private let claim: LockFile
  private let log: String
  /// Bytes of the log before it.
  private let logStart: Int
  private let start = ContinuousClock.now
  private let workBefore: Double
  private let folder: RunFolder

  init(
    _ point: StudyPoint, of study: Study, claim: LockFile, _ commandLine: StudyCommandLine
  ) throws(FileError) {
    self.point = point
    self.claim = claim
    log = study.folder.log(point)
    logStart = FileSystem.size(log)
    folder = study.folder.run(point)
    workBefore = point.workDone(in: folder)
    child = try commandLine.start(point)
  }

  var exitCode: Int32? { child.exitCode() }
  var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }
  /// It did more than the sessions before.
  var gotFurther: Bool { point.workDone(in: folder) > workBefore }

  func askToStop() { child.send(StudyCommandLine.request) }

  func giveFree() { claim.release() }

  /// What it said: its last line that is an error, which the program has where it refuses or fails in order,
  /// and its last line of all.
  func lastWords() -> (error: String?, any: String?) {
    let length = min(FileSystem.size(log) - logStart, 1 << 14)
    guard length > 0, let file = try? RandomAccessFile(log),
      let bytes = try? file.read(length, at: FileSystem.size(log) - length)
    else { return (nil, nil) }
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
    let mark = "error: "
    let found = lines.last { $0.contains(mark) }
    let error = found.flatMap { line in line.range(of: mark).map { line[$0.upperBound...] } }
    let last = lines.last { $0.contains { !$0.isWhitespace } }
    return (error.map { String($0) }, last.map { String($0) })
  }
}
