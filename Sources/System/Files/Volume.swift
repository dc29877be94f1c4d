import Glibc

/// The file system that a path lies on.
public struct Volume: Equatable, Sendable {
  /// As the system calls it, such as `ext4`, `nfs4` or `lustre`; "unknown" where it does not say.
  public let kind: String
  /// Bytes that this user may still write; quotas of users are not in it.
  public let freeBytes: Int
  /// Files that can still be made; nil where the file system does not count them.
  public let freeFiles: Int?

  /// - Throws: `FileError` where nothing is there.
  public init(of path: String) throws(FileError) {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else {
      throw FileError(path, "cannot be looked at", code: errno)
    }
    freeBytes = Int(
      clamping: UInt64(status.f_bavail).multipliedClamped(by: UInt64(status.f_frsize)))
    freeFiles = status.f_files > 0 ? Int(clamping: status.f_favail) : nil
    kind = Self.kind(of: path)
  }

  /// proc(5), `mountinfo`: the third field is the device; the type follows a lone hyphen.
  private static func kind(of path: String) -> String {
    var status = stat()
    guard stat(path, &status) == 0,
      let table = try? FileSystem.readText("/proc/self/mountinfo")
    else { return "unknown" }
    let device = "\(major(status.st_dev)):\(minor(status.st_dev))"
    for line in table.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 2, fields[2] == device,
        let hyphen = fields.firstIndex(of: "-"), hyphen + 1 < fields.count
      else { continue }
      return String(fields[hyphen + 1])
    }
    return "unknown"
  }

  /// makedev(3), whose macros Swift cannot import.
  private static func major(_ device: dev_t) -> dev_t {
    (device >> 8) & 0xFFF | (device >> 32) & ~0xFFF
  }

  private static func minor(_ device: dev_t) -> dev_t { device & 0xFF | (device >> 12) & ~0xFF }
}

extension UInt64 {
  fileprivate func multipliedClamped(by other: UInt64) -> UInt64 {
    let (product, overflows) = multipliedReportingOverflow(by: other)
    return overflows ? .max : product
  }
}
