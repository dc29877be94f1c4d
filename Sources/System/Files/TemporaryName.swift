import Glibc

/// Names of temporary files: `NAME.OWNER.partial`, where the owner is a process on a machine.
enum TemporaryName {
  private static let ending = ".partial"
  /// Bytes of a name that file systems take.
  private static let longest = 255

  /// Where this process writes what is to become `path`.
  static func path(for path: String) -> String {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let name = String(path.dropFirst(folder.count))
    let rest = ".\(ProcessIdentity.own.tag)\(ending)"
    guard name.utf8.count + rest.utf8.count > longest else { return folder + name + rest }
    // Long names are mostly alike at their beginning.
    let number = "~" + String(name.utf8.reduce(5381) { $0 &* 33 &+ UInt64($1) }, radix: 16)
    var short = name
    while short.utf8.count + number.utf8.count + rest.utf8.count > longest { short.removeLast() }
    return folder + short + number + rest
  }

  /// Removes what processes that have ended left in a folder. What is from elsewhere, and cannot be
  /// asked for, goes when nobody has written to it for long.
  ///
  /// - Parameters:
  ///   - name: only of the files that were to become this one; nil for all.
  ///   - now: by the clock of the file system, in seconds since 1970.
  static func removeLeftovers(in folder: String, of name: String?, now: Int, after limit: Int) {
    for file in FileSystem.names(in: folder) ?? [] where file.hasSuffix(ending) {
      let tagged = file.dropLast(ending.count)
      guard name.map({ file.hasPrefix($0 + ".") }) ?? true,
        ProcessIdentity.isTagged(atTheEndOf: tagged)
      else { continue }
      let path = "\(folder)/\(file)"
      let hasEnded =
        ProcessIdentity.own.hasEnded(taggedAtTheEndOf: tagged)
        ?? FileSystem.modificationTime(path).map { now - $0 > limit }
      if hasEnded == true { unlink(path) }
    }
  }
}
