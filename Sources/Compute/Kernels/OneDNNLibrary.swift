internal import COneDNN

/// The oneDNN library in use.
public enum OneDNNLibrary {
  /// Such as `2.6.3`.
  public static var version: String {
    guard let version = dnnl_version()?.pointee else { return "?" }
    return "\(version.major).\(version.minor).\(version.patch)"
  }
}
