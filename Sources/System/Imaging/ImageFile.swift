/// Files of images of any kind that is known.
public enum ImageFile {
  /// Whether a file of this name is taken for an image, by its ending in small or capital letters.
  public static func isImageName(_ name: String) -> Bool { ending(of: name) != nil }

  /// The name without the ending of an image; as it is where it has none.
  public static func stem(_ name: String) -> String {
    ending(of: name).map { String(name.dropLast($0.count)) } ?? name
  }

  private static func ending(of name: String) -> String? {
    let lowercased = name.lowercased()
    return [".png", ".jpg", ".jpeg"].first {
      lowercased.hasSuffix($0) && name.utf8.count > $0.utf8.count
    }
  }
}
