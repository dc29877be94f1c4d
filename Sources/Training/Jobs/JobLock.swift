import Files
import MPI

/// The lock of the folder that a job writes to, which rank 0 has for all.
package enum JobLock {
  /// Collective.
  ///
  /// - Parameters:
  ///   - user: who may have the folder, and `remedy`, what to do other than wait: see `LockFile`.
  ///   - prepare: on rank 0, makes the folder and names it; nil where nothing will be written.
  /// - Returns: the lock on rank 0, if there is a folder; its owner keeps it until all ranks are done.
  /// - Throws: `SharedFailure` on every rank, one that `isTemporary` where another process has the folder.
  package static func take(
    on world: Communicator, against user: String, remedy: String, _ prepare: () throws -> String?
  ) throws -> LockFile? {
    var refusal = ""
    let lock = try world.agree { () -> LockFile? in
      guard world.rank == 0, let folder = try prepare() else { return nil }
      do throws(FileError) {
        return try LockFile(on: folder, against: user, remedy: remedy)
      } catch {
        guard error.isInUse else { throw error }
        refusal = error.description
        return nil
      }
    }
    let shared = try world.broadcast(refusal)
    guard shared.isEmpty else { throw SharedFailure(message: shared, isTemporary: true) }
    return lock
  }
}
