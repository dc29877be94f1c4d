internal import CHDF5

/// Owns the identifier of an open file, and with it the library's turn.
struct FileHandle: ~Copyable, Sendable {
  let id: Int64

  /// Waits for the turn, which a failure to open gives back.
  init(opening open: () throws(HDF5Error) -> Int64) throws(HDF5Error) {
    LibraryTurn.begin()
    do throws(HDF5Error) {
      id = try open()
    } catch {
      LibraryTurn.end()
      throw error
    }
  }

  /// Hands the identifier to a caller that closes it itself, looks at the result and ends the turn.
  consuming func release() -> Int64 {
    let id = self.id
    discard self
    return id
  }

  deinit {
    CallSite.silence()
    H5Idec_ref(id)
    LibraryTurn.end()
  }
}
