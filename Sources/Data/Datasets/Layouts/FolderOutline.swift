import Files

/// What lies directly in a folder, by which its layout is recognised.
struct FolderOutline {
  let path: String
  /// Names of the folders in it, in the order of their bytes, without hidden ones and what a Mac adds to
  /// archives.
  let folders: [String]
  /// Names of the files in it, without hidden ones.
  let files: [String]

  init(_ path: String) {
    self.path = path
    let entries = (FileSystem.entries(in: path) ?? []).filter {
      !$0.name.isHidden && $0.name.isPlain
    }
    folders = entries.filter { $0.kind == .folder }.compactMap(\.name.text)
      .filter { $0 != "__MACOSX" }
    files = entries.filter { $0.kind == .file }.compactMap(\.name.text)
  }

  /// The path of the first of these folders that is there, in small or capital letters.
  func folder(_ names: String...) -> String? { folder(among: names) }

  func folder(among names: [String]) -> String? {
    for name in names {
      if let found = folders.first(where: { $0 == name })
        ?? folders.first(where: { $0.lowercased() == name.lowercased() })
      {
        return "\(path)/\(found)"
      }
    }
    return nil
  }

  func outline(of folder: String) -> FolderOutline? { self.folder(folder).map(FolderOutline.init) }
}
