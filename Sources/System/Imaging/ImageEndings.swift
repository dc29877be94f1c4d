internal import Files

/// What names of image files end in; what a file holds is seen only when it is decoded.
public enum ImageEndings {
  /// Kinds that are read.
  static let read = [".png", ".jpg", ".jpeg"]
  /// Kinds that people keep images in, too.
  static let others = [".bmp", ".dcm", ".gif", ".tif", ".tiff", ".webp"]

  public static func isImage(_ name: String) -> Bool { stem(of: name, among: read) != nil }

  /// Whether an image is to be expected in it, but of a kind that is not read.
  public static func isForeignImage(_ name: String) -> Bool {
    stem(of: name, among: others) != nil
  }

  /// The name without the ending of a kind that is read, in small or capital letters; the whole name where it
  /// has none.
  public static func stem(of name: String) -> String { stem(of: name, among: read) ?? name }

  private static func stem(of name: String, among endings: [String]) -> String? {
    for ending in endings {
      let stem = FileSystem.stem(name, without: ending)
      if stem.utf8.count < name.utf8.count { return stem }
    }
    return nil
  }
}
