import Glibc
import SystemPackage

extension FileSystem {
  /// Creates a folder and those above it; one that is there must be writable.
  public static func makeFolder(_ path: String) throws(FileError) {
    guard !path.isEmpty else { throw FileError("\"\"", "an empty name is no folder; name one") }
    var above = path.hasPrefix("/") ? "/" : ""
    for step in path.split(separator: "/") {
      above += step + "/"
      if mkdir(above, 0o777) != 0 && errno != EEXIST {
        throw FileError(path, "the folder cannot be made", lastReason)
      }
    }
    guard access("\(path)/.", W_OK) == 0 else {
      throw FileError(path, "the folder cannot be written to", lastReason)
    }
  }

  /// A folder of its own below the system's place for temporary files.
  public static func makeTemporaryFolder(named name: String) throws(FileError) -> String {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/\(name)-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw FileError(parent, "no folder can be made there", lastReason)
    }
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Writes a new file; one that is there already is an error.
  public static func create(_ path: String, _ bytes: [UInt8]) throws(FileError) {
    try write(bytes, to: path, options: [.create, .exclusiveCreate, .closeOnExec])
  }

  /// Writes a new file and waits until it is on the medium.
  ///
  /// - Returns: false where there is a file of that name.
  static func createAtOnce(_ path: String, _ bytes: [UInt8]) throws(FileError) -> Bool {
    do {
      let file = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
      try file.closeAfter {
        _ = try file.writeAll(bytes)
        fsync(file.rawValue)
      }
      return true
    } catch {
      if error as? Errno == .fileExists { return false }
      throw FileError(path, "cannot be written", reason(error))
    }
  }

  /// Puts a file in place whole: nobody ever sees half of it, and the old one stays until then.
  public static func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
    let replacement = FileReplacement(of: path)
    try write(
      bytes, to: replacement.temporaryPath, named: path,
      options: [.create, .truncate, .closeOnExec])
    try replacement.rename()
  }

  public static func replace(_ path: String, with text: String) throws(FileError) {
    try replace(path, with: Array(text.utf8))
  }

  private static func write(
    _ bytes: [UInt8], to path: String, named name: String? = nil,
    options: FileDescriptor.OpenOptions
  ) throws(FileError) {
    do {
      let file = try FileDescriptor.open(
        path, .writeOnly, options: options,
        permissions: [.ownerReadWrite, .groupReadWrite, .otherReadWrite])
      try file.closeAfter { _ = try file.writeAll(bytes) }
    } catch {
      throw FileError(name ?? path, "cannot be written", reason(error))
    }
  }
}
