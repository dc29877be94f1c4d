internal import FoundationEssentials

/// The PNG files of a run folder, to be embedded.
struct PictureFiles {
  let folder: String

  static func stem(_ name: String) -> String {
    name.hasSuffix(".png") ? String(name.dropLast(4)) : name
  }

  /// The picture with its caption; a box that says so where there is none.
  func figure(_ file: String, caption: String) -> HTML {
    guard let data = try? Data(contentsOf: URL(filePath: "\(folder)/\(file)")) else {
      return
        "<figure><div class=\"missing\">no picture</div><figcaption>\(caption)</figcaption></figure>"
    }
    return """
      <figure><img alt="\(caption)" src="data:image/png;base64,\(data.base64EncodedString())">\
      <figcaption>\(caption)</figcaption></figure>
      """
  }

  /// Names of the PNG files of a folder, sorted.
  func names(in subfolder: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(subfolder)")
    return (names ?? []).filter { $0.hasSuffix(".png") }.sorted()
  }
}
