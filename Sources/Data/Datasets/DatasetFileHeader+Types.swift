import Files
import HDF5

extension DatasetFileHeader {
  /// Refuses arrays whose elements HDF5 would have to change to make them ours: fractions cut off, large
  /// numbers clipped.
  static func checkTypes(_ file: borrowing HDF5File) throws(FileError) {
    for title in PixelStore.Plane.allCases.map(\.arrayName) {
      let type = try elementType(title, of: file)
      guard type != .uint8 else { continue }
      let range = title == "images" ? "0 … 255" : "0 and 1"
      throw FileError(
        file.path,
        "/\(title) holds \(type.rawValue) values, but bytes (uint8) of \(range) are wanted: scale them"
          + " and store them as uint8, or make the file with 'switch-dist convert' from PNG files")
    }
    for title in ["has_label", "original_size", "splits/train", "splits/val", "splits/test"] {
      let type = try elementType(title, of: file)
      guard !type.isWhole else { continue }
      throw FileError(
        file.path,
        "/\(title) holds \(type.rawValue) values, but whole numbers are wanted: store them as"
          + " \(title == "has_label" ? "uint8" : "int32"), or convert the data set again")
    }
  }

  private static func elementType(
    _ title: String, of file: borrowing HDF5File
  ) throws(FileError) -> HDF5ElementType {
    try reading { () throws(HDF5Error) in try file.elementType(title) }
  }
}

extension HDF5ElementType {
  fileprivate var isWhole: Bool { isNumeric && self != .float32 && self != .float64 }
}
