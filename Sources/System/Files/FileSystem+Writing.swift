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
    guard isWritable(path) else {
      throw FileError(path, "the folder cannot be written to", lastReason)
    }
  }

  /// The system's place for temporary files.
  public static var temporaryFolder: String {
    getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
  }

  /// A folder of its own below the system's place for temporary files.
  public static func makeTemporaryFolder(named name: String) throws(FileError) -> String {
    let parent = temporaryFolder
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

  /// Puts a file in place whole: nobody ever sees half of it, and the old one stays until then. A machine
  /// that fails may lose it.
  public static func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
    try written(bytes, for: path).rename()
  }

  /// Puts a text in place whole, and on the medium.
  public static func replace(_ path: String, with text: String) throws(FileError) {
    try replaceDurably(path, with: Array(text.utf8))
  }

  /// Puts a copy of a file in place whole, and on the medium.
  public static func copy(_ source: String, to path: String) throws(FileError) {
    try replaceDurably(path, with: try read(source))
  }

  /// Puts a file in place whole, and on the medium.
  public static func replaceDurably(_ path: String, with bytes: [UInt8]) throws(FileError) {
    let replacement = try written(bytes, for: path)
    try replacement.synchronize()
    try replacement.commit()
  }

  private static func written(
    _ bytes: [UInt8], for path: String
  ) throws(FileError) -> FileReplacement {
    let replacement = FileReplacement(of: path)
    try write(
      bytes, to: replacement.temporaryPath, named: path,
      options: [.create, .truncate, .closeOnExec])
    return replacement
  }

  /// Takes a damaged file out of the way without losing it: `NAME` becomes `NAME.damaged`, or
  /// `NAME.2.damaged` and so on where that is taken.
  ///
  /// - Returns: its new path.
  public static func setAsideDamaged(_ path: String) throws(FileError) -> String {
    var aside = "\(path).damaged"
    var number = 1
    while exists(aside) {
      number += 1
      aside = "\(path).\(number).damaged"
    }
    guard rename(path, aside) == 0 else {
      throw FileError(path, "is damaged and cannot be set aside as \(aside)", lastReason)
    }
    try FileReplacement.synchronize(folder(of: path), O_RDONLY | O_DIRECTORY, named: aside)
    return aside
  }

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
