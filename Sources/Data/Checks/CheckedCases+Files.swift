import Datasets
import Files
import Imaging

/// Files that cannot be used, that are missing, and that nobody asked for.
extension CheckedCases {
  var fileFindings: [Finding] {
    unusable + missingMasks + hiddenFiles + unlistedFiles + decodingNotes
  }

  /// One finding for each kind of reason, and one for all masks of another size than their image.
  private var unusable: [Finding] {
    var misfits: [(name: String, text: String)] = []
    var kinds: [String] = []
    var names: [String: [String]] = [:]
    var first: [String: FileError] = [:]
    for (position, error) in failures {
      let name = source.names[position]
      if let text = misfit(at: position) {
        misfits.append((name, text))
        continue
      }
      // A file of many images names them in its messages; numbers differ where the fault is the same.
      let kind = Self.withoutNumbers(Self.reason(error, of: name))
      if names[kind] == nil {
        kinds.append(kind)
        first[kind] = error
      }
      names[kind, default: []].append(name)
    }
    return sizeFindings(misfits)
      + kinds.compactMap { kind in
        guard let error = first[kind], let names = names[kind] else { return nil }
        return unreadable(names, error, Self.reason(error, of: names[0]))
      }
  }

  private static func reason(_ error: FileError, of name: String) -> String {
    error.message.replacing("\(name): ", with: "")
  }

  private static func withoutNumbers(_ reason: String) -> String {
    reason.replacing(#/[0-9]+(\.[0-9]+)?/#, with: "0")
  }

  /// Why image and mask do not fit, where both can be read.
  private func misfit(at position: Int) -> String? {
    guard let sizes = source.fileSizes(of: position),
      let other = sizes.masks.first(where: { $0 != sizes.image })
    else { return nil }
    return "\(other.width)×\(other.height) for \(sizes.image.width)×\(sizes.image.height)"
  }

  private func sizeFindings(_ misfits: [(name: String, text: String)]) -> [Finding] {
    guard let first = misfits.first else { return [] }
    let count = misfits.count == 1 ? "one mask is" : "\(misfits.count) masks are"
    let listed = misfits.prefix(10).map { "\($0.name) \($0.text)" }.joined(separator: ", ")
    let rest = misfits.count > 10 ? " and \(misfits.count - 10) more" : ""
    return [
      Finding(
        .error, .maskSize,
        "\(count) of another size than the image"
          + (misfits.count == 1
            ? " (\(first.name): \(first.text) pixels)" : ": \(listed)\(rest)"),
        remedy: "export image and mask in the same size", names: misfits.map(\.name))
    ]
  }

  private func unreadable(_ names: [String], _ error: FileError, _ reason: String) -> Finding {
    let hint = FileSystem.exists(error.path) ? nil : nameHint(error.path)
    let text =
      names.count == 1
      ? "\(error)" : "\(names.count) files cannot be used (first: \(error.path)): \(reason)"
    return Finding(
      .error, .unreadableFiles, text, remedy: hint ?? "", names: names)
  }

  /// Masks that training needs.
  private var missingMasks: [Finding] {
    let labeled = labeledPart.map { ("labeled part of the train", $0) }
    let needed = [labeled, ("val", source.splits.validation), ("test", source.splits.test)]
    return needed.compactMap { list in
      guard let (title, positions) = list else { return nil }
      let missing = names(positions.filter { !source.hasLabel[$0] })
      guard !missing.isEmpty else { return nil }
      return Finding(
        .error, .missingMasks,
        "\(missing.count) of \(positions.count) images of the \(title) list have no mask (first:"
          + " labels/\(missing[0]))",
        remedy: "add the masks, or take the images out of the list", names: missing)
    }
  }

  // MARK: Files of folders

  /// Folders of images and masks, each once.
  private var folders: [String] {
    var folders: [String] = []
    var known: Set<String> = []
    for position in 0..<source.count {
      for path in source.paths(of: position)
      where known.insert(FileSystem.folder(of: path)).inserted {
        folders.append(FileSystem.folder(of: path))
      }
    }
    return folders
  }

  private var hiddenFiles: [Finding] {
    let hidden = folders.flatMap { folder in
      (FileSystem.names(in: folder) ?? []).filter { $0.hasPrefix(".") }
        .map { "\(FileSystem.lastComponent(folder))/\($0)" }
    }
    guard !hidden.isEmpty else { return [] }
    return [
      Finding(
        .note, .hiddenFiles, "\(counted(hidden, "hidden file")) left out", names: hidden)
    ]
  }

  /// Images that no list names. Masks without an image are left alone.
  private var unlistedFiles: [Finding] {
    guard source.hasOriginals else { return [] }
    let images = (0..<source.count).compactMap { source.paths(of: $0).first }
    let known = Set(images.map { Array($0.utf8) })
    var seen: Set<String> = []
    let folders = images.map(FileSystem.folder(of:)).filter { seen.insert($0).inserted }
    let masks = Set(
      (0..<source.count).flatMap { source.paths(of: $0).dropFirst() }.map {
        Array($0.utf8)
      })
    let unlisted = folders.flatMap { folder in
      (FileSystem.names(in: folder) ?? []).filter { name in
        let path = Array("\(folder)/\(name)".utf8)
        return !name.hasPrefix(".") && ImageFile.isImageName(name) && !known.contains(path)
          && !masks.contains(path)
      }
    }
    guard !unlisted.isEmpty else { return [] }
    return [
      Finding(
        .note, .unlistedFiles, "\(counted(unlisted, "image")) in no list and left out",
        names: unlisted)
    ]
  }

  /// What decoding had to say, each sentence once.
  private var decodingNotes: [Finding] {
    var texts: [String] = []
    var names: [String: [String]] = [:]
    for (position, fact) in facts.enumerated() {
      for note in fact?.notes ?? [] {
        if names[note] == nil { texts.append(note) }
        names[note, default: []].append(source.names[position])
      }
    }
    return texts.map { text in
      let names = names[text] ?? []
      let subject =
        names.count == 1 ? names[0] : "\(names.count) files (first: \(names.first ?? ""))"
      return Finding(.note, .decoding, "\(subject): \(text)", names: names)
    }
  }
}
