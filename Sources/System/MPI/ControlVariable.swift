internal import COpenMPI

/// An integer by which the MPI library can be told how to work (MPI-3.1 §14.3).
struct ControlVariable: @unchecked Sendable {
  /// Nil where the library has none of that name.
  private let handle: MPI_T_cvar_handle?

  /// MPI must have started.
  init(_ name: String) { handle = cmpi_control_variable(name) }

  /// Nil where it cannot be read.
  var value: Int32? {
    guard let handle else { return nil }
    var value: Int32 = 0
    return MPI_T_cvar_read(handle, &value) == MPI_SUCCESS ? value : nil
  }

  func set(_ value: Int32) {
    guard let handle else { return }
    var value = value
    MPI_T_cvar_write(handle, &value)
  }
}
