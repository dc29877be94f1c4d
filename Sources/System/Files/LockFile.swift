internal import Dispatch
import Glibc

/// Keeps a folder or a file for one process: a file that says whose it is.
///
/// It needs nothing of the file system but that two cannot make a file of one name, and so works where
/// `flock` does not, as on NFS. The file is written before it gets its name (`link`), is touched twice a
/// minute, and is removed at the end. The lock of a process that has ended is recognized and taken over.
public final class LockFile {
  /// What was taken over, as a sentence for the log; nil where the place was free.
  public let note: String?

  private let folder: String
  private let hold: LockHold
  private let timer: any DispatchSourceTimer

  /// Seconds between two signs of life.
  static let interval = 30
  /// Seconds without a sign of life after which a lock is nobody's, if its owner cannot be asked for.
  static let patience = 300

  /// Takes the lock of a folder, which lies in it, or of a file, beside it.
  ///
  /// - Parameters:
  ///   - subject: a folder that exists, or a file that may not exist yet.
  ///   - user: who may have it, for the message: "another run".
  ///   - remedy: what to do other than wait: "name another with --output".
  /// - Throws: `FileError` with `isInUse` where another process has it.
  public init(on subject: String, against user: String, remedy: String) throws(FileError) {
    let isFolder = FileSystem.isFolder(subject)
    let path = Self.path(of: subject)
    folder = isFolder ? subject : FileSystem.folder(of: subject)
    let record = try LockRecord().bytes(at: path)
    let claim = LockClaim(path: path, record: record)
    do throws(FileError) {
      note = try claim.take()
    } catch {
      guard error.isInUse else { throw FileError(subject, error.message) }
      throw FileError(
        subject,
        "\(user) is using this \(isFolder ? "folder" : "file"): \(error.message), or \(remedy)",
        isInUse: true)
    }
    let hold = LockHold(path: path, record: record)
    self.hold = hold
    timer = DispatchSource.makeTimerSource(queue: .global())
    timer.setEventHandler { hold.showLife() }
    timer.schedule(
      deadline: .now() + .seconds(Self.interval), repeating: .seconds(Self.interval))
    timer.activate()
  }

  /// The lock's name in a folder.
  public static let name = "switch-dist.lock"

  private static func path(of subject: String) -> String {
    FileSystem.isFolder(subject) ? "\(subject)/\(name)" : "\(subject).lock"
  }

  /// Who has the lock of a folder or file, in words; nil where nobody has it, or its owner has ended. For one
  /// that cannot be asked for, the clock of this machine decides. Nothing is taken or changed.
  public static func owner(of subject: String) -> String? {
    guard let found = LockState(path(of: subject), now: time(nil)), found.endOfOwner == nil else {
      return nil
    }
    return found.owner
  }

  deinit { release() }

  /// Gives the place free.
  public func release() {
    timer.cancel()
    hold.release()
  }

  /// Why this process must not write any more: the file is gone or another's, which can happen after a
  /// long sleep or a long absence of the network. Nil while all is well.
  public func findLoss() -> String? { hold.findLoss() }

  /// Removes what processes that were killed left of what they were writing: temporary files.
  ///
  /// - Parameters:
  ///   - folder: one that this lock keeps; its own by default.
  ///   - name: only those of the file of this name; nil for all.
  public func removeLeftovers(in folder: String? = nil, of name: String? = nil) {
    guard let now = FileSystem.modificationTime(hold.path) else { return }
    TemporaryName.removeLeftovers(
      in: folder ?? self.folder, of: name, now: now, after: Self.patience)
  }
}
