import Glibc
import SystemPackage

/// Files and folders by their paths.
public enum FileSystem {
  // MARK: Looking

  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  public static func isFolder(_ path: String) -> Bool { mode(path) == S_IFDIR }

  public static func isFile(_ path: String) -> Bool { mode(path) == S_IFREG }

  /// Bytes of a file, 0 where there is none.
  public static func size(_ path: String) -> Int { status(path).map { Int($0.st_size) } ?? 0 }

  /// What tells one file or folder from all others on this machine; the path itself where it is gone.
  public static func identity(_ path: String) -> String {
    status(path).map { "\($0.st_dev):\($0.st_ino)" } ?? path
  }

  /// The path from the root without links; the path itself where nothing is there.
  public static func resolved(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Whether this process may make files in a folder that is there.
  public static func isWritable(_ folder: String) -> Bool { access("\(folder)/.", W_OK) == 0 }

  /// Nothing is there; false also where the file system does not answer.
  static func isAbsent(_ path: String) -> Bool { access(path, F_OK) != 0 && errno == ENOENT }

  /// Seconds since 1970; nil where there is no file.
  static func modificationTime(_ path: String) -> Int? { status(path).map { $0.st_mtim.tv_sec } }

  private static func mode(_ path: String) -> mode_t? { status(path).map { $0.st_mode & S_IFMT } }

  private static func status(_ path: String) -> stat? {
    var status = stat()
    return stat(path, &status) == 0 ? status : nil
  }

  /// Names in a folder, in the order of their bytes; nil where it is no folder that can be read.
  public static func names(in folder: String) -> [String]? {
    entries(in: folder)?.map { String(decoding: $0.name.bytes, as: UTF8.self) }
  }

  /// What lies in a folder, in the order of the names' bytes; nil where it is no folder that can be read.
  public static func entries(in folder: String) -> [FolderEntry]? {
    guard let stream = opendir(folder) else { return nil }
    defer { closedir(stream) }
    var entries: [FolderEntry] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if name == [46] || name == [46, 46] { continue }
      entries.append(FolderEntry(name: FileName(bytes: name), kind: kind(of: entry, in: stream)))
    }
    return entries.sorted { $0.name < $1.name }
  }

  /// The folder says it for most; the rest is asked for.
  private static func kind(
    of entry: UnsafeMutablePointer<dirent>, in stream: OpaquePointer
  ) -> FolderEntry.Kind {
    switch Int(entry.pointee.d_type) {
    case Int(DT_REG): return .file
    case Int(DT_DIR): return .folder
    case Int(DT_LNK), Int(DT_UNKNOWN): break
    default: return .other
    }
    var status = stat()
    let result = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) {
        fstatat(dirfd(stream), $0, &status, 0)
      }
    }
    guard result == 0 else { return .other }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    default: return .other
    }
  }

  /// Sorted by the bytes of UTF-8, the same in every locale.
  public static func orderedByBytes(_ names: [String]) -> [String] {
    names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
  }

  // MARK: Names

  /// The last step of a path.
  public static func lastComponent(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// The folder that a path lies in.
  public static func folder(of path: String) -> String {
    guard let end = path.lastIndex(of: "/") else { return "." }
    return end == path.startIndex ? "/" : String(path[..<end])
  }

  /// The last step of a path without an extension such as `.png`, in small or capital letters.
  public static func stem(_ path: String, without suffix: String) -> String {
    let name = lastComponent(path)
    return name.lowercased().hasSuffix(suffix) && name.utf8.count > suffix.utf8.count
      ? String(name.dropLast(suffix.count)) : name
  }

  // MARK: Reading

  /// What a path that is neither file nor folder is, such as "a FIFO", from which reading might never
  /// end; nil for files, folders, and where nothing is. A pipe of the shell, as `<(…)` makes one, counts as
  /// a file.
  public static func kindOfNoFile(_ path: String) -> String? {
    let kinds: [mode_t: String] = [
      S_IFIFO: "a FIFO", S_IFSOCK: "a socket", S_IFCHR: "a device", S_IFBLK: "a device",
    ]
    let ofShell = ["/dev/fd/", "/dev/stdin", "/proc/self/fd/"]
    return ofShell.contains(where: path.hasPrefix) ? nil : mode(path).flatMap { kinds[$0] }
  }

  /// All bytes of a file, of which there may be at most `limit`.
  public static func read(_ path: String, limit: Int = .max) throws(FileError) -> [UInt8] {
    guard size(path) <= limit else {
      throw FileError(path, "\(size(path)) bytes are more than the limit of \(limit)")
    }
    if let kind = kindOfNoFile(path) { throw FileError(path, "is \(kind), not a file") }
    do {
      let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
      defer { try? file.close() }
      var bytes: [UInt8] = []
      var block = [UInt8](repeating: 0, count: min(max(size(path) + 1, 1 << 12), 1 << 20))
      while true {
        let count = try block.withUnsafeMutableBytes { try file.read(into: $0) }
        guard count > 0 else { return bytes }
        bytes += block[..<count]
      }
    } catch {
      throw FileError(path, "cannot be read", Self.reason(error))
    }
  }

  /// The whole text of a file.
  public static func readText(_ path: String) throws(FileError) -> String {
    String(decoding: try read(path), as: UTF8.self)
  }

  static func reason(_ error: any Error) -> Errno { (error as? Errno) ?? .ioError }

  /// The last failed call's.
  static var lastReason: Errno { Errno(rawValue: errno) }
}
