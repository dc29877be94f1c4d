import Files
import Glibc
import Settings

/// The images to segment, each with the name its results get.
package struct PredictionInputs {
  package struct Item: Equatable {
    package var path: String
    /// File name of the results: the input's, ending in `.png`.
    package var name: String
  }

  let items: [Item]

  /// Looks up the inputs, folders in the order of their names' bytes.
  ///
  /// - Throws: `ConfigurationError` for an input that does not exist, a folder without images, two
  ///   inputs whose results would have one name, and results that would overwrite an input.
  init(_ request: PredictionRequest) throws(ConfigurationError) {
    var paths: [String] = []
    for input in request.inputs { paths += try Self.files(input) }
    items = paths.map { Item(path: $0, name: FileSystem.stem($0, without: ".png") + ".png") }
    try checkNames()
    try checkTargets(in: request.folders)
  }

  init(items: [Item]) { self.items = items }

  private static func files(_ input: String) throws(ConfigurationError) -> [String] {
    guard FileSystem.exists(input) else { throw ConfigurationError("\(input): no such file") }
    guard FileSystem.isFolder(input) else { return [input] }
    let names = (FileSystem.names(in: input) ?? []).filter(isPNG)
    guard !names.isEmpty else {
      let hint = FileSystem.exists("\(input)/images") ? "; is it \(input)/images?" : ""
      throw ConfigurationError("\(input): no PNG files in this folder\(hint)")
    }
    let base = input.hasSuffix("/") ? input : input + "/"
    return names.map { base + $0 }
  }

  private static func isPNG(_ name: String) -> Bool {
    name.utf8.count > 4 && name.lowercased().hasSuffix(".png")
  }

  // MARK: Checks

  private func checkNames() throws(ConfigurationError) {
    var known: [String: String] = [:]
    for item in items {
      if let other = known.updateValue(item.path, forKey: item.name) {
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
    items = stride(from: 0, to: parts.count - 1, by: 2).map {
      Item(path: parts[$0], name: parts[$0 + 1])
    }
  }
}
