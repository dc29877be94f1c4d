extension ImageFile {
  /// Whether a file of this name is an image of a kind that people keep, but that is not read.
  public static func isForeignImageName(_ name: String) -> Bool {
    let lowercased = name.lowercased()
    return [".bmp", ".dcm", ".gif", ".tif", ".tiff", ".webp"].contains {
      lowercased.hasSuffix($0)
    }
  }
}
