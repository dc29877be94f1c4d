/// Masks that are named after their image: `NAME_mask.png`, `NAME_mask_1.png`, `NAME_segmentation.png`.
public enum MaskCompanion {
  static let words = ["mask", "segmentation", "seg", "gt", "label", "annotation"]

  /// The stem of the image that a file of this stem would be a mask of; nil for other names.
  public static func imageStem(of stem: String) -> String? {
    let text = stem.lowercased()
    guard text.utf8.count == stem.utf8.count else { return nil }
    let number = text.utf8.reversed().prefix { (48...57).contains($0) }.count
    var rest = text.utf8.dropLast(number)
    if number > 0, let last = rest.last, isSeparator(last) { rest = rest.dropLast() }
    for word in words where rest.reversed().starts(with: word.utf8.reversed()) {
      let name = rest.dropLast(word.utf8.count)
      guard let last = name.last, isSeparator(last), name.count > 1 else { continue }
      return String(Substring(stem.utf8.prefix(name.count - 1)))
    }
    return nil
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }
}
