import Glibc
import SystemPackage

extension FileSystem {
  /// Whether a folder can be filled: nothing is at the path, or a folder without entries.
  public static func isAbsentOrEmptyFolder(_ path: String) -> Bool {
    names(in: path)?.isEmpty ?? !exists(path)
  }

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

  /// Gives a file a second name, in place of what has that name; a copy where the file system has no
  /// links.
  public static func keep(_ path: String, as other: String) throws(FileError) {
    let replacement = FileReplacement(of: other)
    unlink(replacement.temporaryPath)
    if link(path, replacement.temporaryPath) != 0 {
      let bytes = try read(path)
      try write(
        bytes, to: replacement.temporaryPath, named: other,
        options: [.create, .truncate, .closeOnExec])
      try replacement.synchronize()
    }
    try replacement.commit()
  }

  /// Removes a file, if it is there.
  public static func remove(_ path: String) throws(FileError) {
    guard unlink(path) == 0 || errno == ENOENT else {
      throw FileError(path, "cannot be removed", lastReason)
    }
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
