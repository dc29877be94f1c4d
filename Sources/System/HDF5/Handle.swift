internal import CHDF5

/// Owns one HDF5 identifier of any kind and gives it back, silently, when it goes out of scope.
struct Handle: ~Copyable, Sendable {
  let id: Int64

  /// Hands the identifier to a caller that closes it itself and looks at the result.
  consuming func release() -> Int64 {
    let id = self.id
    discard self
    return id
  }

  deinit {
    CallSite.silence()
    H5Idec_ref(id)
  }
}
