/// A lock file as another process finds it.
struct LockState: Equatable {
  private let path: String
  private let bytes: [UInt8]
  /// Seconds since its last sign of life, by the clock of the file system alone.
  private let silence: Int

  /// - Parameter now: what the file system's clock says, in seconds since 1970.
  /// - Returns: nil where there is none any more.
  init?(_ path: String, now: Int) {
    self.path = path
    // What cannot be read is somebody's all the same.
    bytes = (try? FileSystem.read(path, limit: 1 << 16)) ?? []
    guard let time = FileSystem.modificationTime(path) else { return nil }
    silence = now - time
  }

  var record: LockRecord? { LockRecord(bytes) }

  /// Who has it.
  var owner: String { record?.description ?? "a process that \(path) does not name" }

  /// Why the lock is nobody's any more; nil while somebody has it or may have it.
  var endOfOwner: String? {
    switch presence {
    case .running: nil
    case .gone(let reason): reason
    case .unknown:
      silence > LockFile.patience ? "no sign of life for \(silence / 60) minutes" : nil
    }
  }

  /// Who has it, and what to wait for.
  var refusal: String {
    guard presence == .unknown else { return "\(owner); wait for its end" }
    return
      "\(owner), last sign of life \(max(0, silence)) s ago, which cannot be asked for from here; "
      + "wait for its end, or \(LockFile.patience / 60) minutes if it is gone (or remove \(path))"
  }

  private var presence: ProcessIdentity.Presence {
    record.map { ProcessIdentity.own.presence(of: $0.owner) } ?? .unknown
  }
}
