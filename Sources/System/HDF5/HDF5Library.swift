internal import CHDF5

/// The HDF5 library in use.
public enum HDF5Library {
  /// Such as `1.10.8`.
  public static var version: String {
    LibraryTurn.taking {
      CallSite.silence()
      var parts: (UInt32, UInt32, UInt32) = (0, 0, 0)
      H5get_libversion(&parts.0, &parts.1, &parts.2)
      return "\(parts.0).\(parts.1).\(parts.2)"
    }
  }
}
