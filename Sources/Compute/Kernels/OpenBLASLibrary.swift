internal import COpenBLAS

/// The OpenBLAS library in use.
public enum OpenBLASLibrary {
  /// The kernels that it has chosen for this processor, such as `Haswell`.
  public static var kernels: String {
    openblas_get_corename().map { String(cString: $0) } ?? "?"
  }

  /// Such as `0.3.21`.
  public static var version: String {
    // Behind it stands how the library was built.
    let configuration = openblas_get_config().map { String(cString: $0) } ?? ""
    return configuration.split(separator: " ").first { $0.first?.isNumber == true }.map(String.init)
      ?? "?"
  }

  /// For all threads of the process.
  static func useOneThread() { openblas_set_num_threads(1) }
}
