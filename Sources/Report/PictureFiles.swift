import Files
internal import FoundationEssentials

/// PNG files to be embedded.
enum PictureFiles {
  /// The picture with its caption; a box that says so where there is none.
  static func figure(_ path: String, caption: String) -> HTML {
    figure(bytes: try? FileSystem.read(path), caption: caption)
  }

  /// The picture in these bytes, where there are some.
  static func figure(bytes: [UInt8]?, caption: String) -> HTML {
    guard let bytes else {
      return
        "<figure><div class=\"missing\">no picture</div><figcaption>\(caption)</figcaption></figure>"
    }
    return """
      <figure><img alt="\(caption)" src="data:image/png;base64,\(Data(bytes).base64EncodedString())">\
      <figcaption>\(caption)</figcaption></figure>
      """
  }

  /// Names of the PNG files of a folder, sorted.
  static func names(in folder: String) -> [String] {
    (FileSystem.names(in: folder) ?? []).filter { $0.hasSuffix(".png") }
  }
}
