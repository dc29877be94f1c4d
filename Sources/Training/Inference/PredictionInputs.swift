import Files
import Glibc
import Imaging
import Settings

/// The images to segment, each with the name its results get.
package struct PredictionInputs {
  package struct Item: Equatable {
    package var path: String
    /// File name of the results: the input's, ending in `.png`.
    package var name: String
  }

  let items: [Item]
  /// What was left out of the inputs, a sentence each.
  let notes: [String]

  /// Looks up the inputs, folders in the order of their names' bytes. Hidden files, folders and pipes in a
  /// folder are passed over, and masks that lie beside their image are left out.
  ///
  /// - Throws: `ConfigurationError` for an input that does not exist, a folder without images, two
  ///   inputs whose results would have one name, and results that would overwrite an input.
  init(_ request: PredictionRequest) throws(ConfigurationError) {
    var paths: [String] = []
    var pipes: [String] = []
    for input in request.inputs {
      guard FileSystem.exists(input) else { throw ConfigurationError("\(input): no such file") }
      if FileSystem.isFolder(input) {
        paths += try Self.files(in: input)
      } else if FileSystem.isFile(input) {
        paths.append(input)
      } else {
        pipes.append(input)
      }
    }
    let companions = Self.companions(paths)
    items = paths.filter { !companions.contains($0) }.map {
      Item(path: $0, name: ImageFile.stem(FileSystem.lastComponent($0)) + ".png")
    }
    notes = Self.notes(companions: paths.filter(companions.contains), pipes: pipes)
    guard !items.isEmpty else {
      throw ConfigurationError("there is nothing to segment: \(notes.joined(separator: "; "))")
    }
    try checkNames()
    try checkTargets(in: request.folders)
  }

  init(items: [Item]) {
    self.items = items
    notes = []
  }

  private static func files(in input: String) throws(ConfigurationError) -> [String] {
    let entries = (FileSystem.entries(in: input) ?? []).filter {
      $0.kind == .file && !$0.name.isHidden
    }
    if let name = entries.first(where: { $0.name.text == nil })?.name,
      ImageFile.isImageName(name.shown)
    {
      throw ConfigurationError(
        "\(input): the name '\(name.shown)' is not UTF-8, perhaps Latin-1; \(FileName.renaming)")
    }
    let names = entries.compactMap(\.name.text).filter(ImageFile.isImageName)
    guard !names.isEmpty else {
      let hint = FileSystem.exists("\(input)/images") ? "; is it \(input)/images?" : ""
      throw ConfigurationError("\(input): no PNG or JPEG files in this folder\(hint)")
    }
    let base = input.hasSuffix("/") ? input : input + "/"
    return names.map { base + $0 }
  }

  /// The masks of those of the images that lie in the same folder.
  private static func companions(_ paths: [String]) -> Set<String> {
    func stem(_ path: String) -> String {
      FileSystem.folder(of: path) + "/" + ImageFile.stem(FileSystem.lastComponent(path))
    }
    let stems = Set(paths.map(stem))
    return Set(
      paths.filter { path in
        MaskCompanion.imageStem(of: stem(path)).map(stems.contains) ?? false
      })
  }

  private static func notes(companions: [String], pipes: [String]) -> [String] {
    var notes: [String] = []
    if let first = companions.first {
      notes.append(
        "masks that lie beside their images were left out: \(companions.count) (first:"
          + " \(FileSystem.lastComponent(first)))")
    }
    if let first = pipes.first {
      notes.append("inputs that are no files were passed over: \(pipes.count) (first: \(first))")
    }
    return notes
  }

  // MARK: Checks

  private func checkNames() throws(ConfigurationError) {
    var known: [FileName: String] = [:]
    for item in items {
      if let other = known.updateValue(item.path, forKey: FileName(item.name)) {
        throw ConfigurationError(
          "\(other) and \(item.path) would both be written as \(item.name); "
            + "segment them into two folders")
      }
    }
  }

  private struct FileIdentity: Hashable {
    let device: UInt
    let node: UInt

    init?(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      device = UInt(status.st_dev)
      node = UInt(status.st_ino)
    }
  }

  private func checkTargets(in folders: [String]) throws(ConfigurationError) {
    let inputs = Set(items.compactMap { FileIdentity($0.path) })
    for folder in folders {
      for item in items {
        let target = "\(folder)/\(item.name)"
        if let identity = FileIdentity(target), inputs.contains(identity) {
          throw ConfigurationError(
            "\(target) is an input and would be overwritten; give another --output")
        }
      }
    }
  }
}

extension PredictionInputs {
  /// As one text, to be sent to other ranks.
  var packed: String { items.flatMap { [$0.path, $0.name] }.joined(separator: "\0") }

  init(packed: String) {
    let parts = packed.split(separator: "\0").map(String.init)
    let items = stride(from: 0, to: parts.count - 1, by: 2).map {
      Item(path: parts[$0], name: parts[$0 + 1])
    }
    self.init(items: items)
  }
}
