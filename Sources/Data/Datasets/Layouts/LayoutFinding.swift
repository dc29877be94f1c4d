import Files

/// A folder whose layout is known.
public struct LayoutFinding: Equatable, Sendable {
  public let layout: DatasetLayout
  /// The folder asked for, or the one within it that an archive was unpacked to.
  public let path: String
  /// What was seen of it, in words.
  public let reason: String
}

/// Recognises how a folder is laid out by what lies in it.
enum LayoutSearch {
  /// Folders in one another in which archives are unpacked.
  private static let depth = 3

  /// - Parameter layout: the only one to look for; nil for any.
  /// - Throws: `FileError` that says what was looked for.
  static func find(
    _ layout: DatasetLayout? = nil, in path: String
  ) throws(FileError) -> LayoutFinding {
    let path = path.count > 1 && path.last == "/" ? String(path.dropLast()) : path
    guard FileSystem.isFolder(path) else { throw FileError(path, "no such folder") }
    let layouts = layout.map { [$0] } ?? DatasetLayout.allCases
    var outline = FolderOutline(path)
    for _ in 0...depth {
      for layout in layouts {
        guard let reason = layout.evidence(in: outline) else { continue }
        return LayoutFinding(layout: layout, path: outline.path, reason: reason)
      }
      guard outline.folders.count == 1, let only = outline.folders.first else { break }
      outline = FolderOutline("\(outline.path)/\(only)")
    }
    throw unrecognized(FolderOutline(path), layouts)
  }

  private static func unrecognized(
    _ outline: FolderOutline, _ layouts: [DatasetLayout]
  ) -> FileError {
    let wanted = layouts.map { "\($0.marks) (\($0.rawValue))" }.joined(separator: "; ")
    let held = (outline.folders.map { $0 + "/" } + outline.files).prefix(4)
    let more = outline.folders.count + outline.files.count > held.count ? ", …" : ""
    var message = "is laid out in no known way: looked for \(wanted); found "
    message += held.isEmpty ? "nothing" : held.joined(separator: ", ") + more
    if outline.files.contains(where: { $0.lowercased().hasSuffix(".xml") }) {
      message +=
        "; outlines in XML, as in the original DDTI, are not read: take its form with image/ and"
        + " mask/, or draw them as masks"
    }
    return FileError(outline.path, message)
  }

  /// Why a folder cannot be trained on as it is, and what makes a data set of it.
  static func missingLists(_ path: String) -> FileError {
    if let finding = try? find(in: path), finding.layout != .lists {
      let input = path.contains(" ") ? "\"\(path)\"" : path
      return FileError(
        path,
        "has no lists train.txt, val.txt and test.txt, but \(finding.reason): make a data set of it"
          + " by 'switch-dist convert --input \(input) --layout \(finding.layout.rawValue)"
          + " --output NAME.h5'")
    }
    return FileSystem.isFolder(path + "/images")
      ? FileError(
        "\(path)/train.txt",
        "the list is missing (a data set needs train.txt, val.txt and test.txt)")
      : FileError(
        path, "has no folder images/ (a data set has images/, labels/ and three lists)")
  }
}
