import CHDF5
import Foundation
import HDF5

/// Changes files as somebody with h5py would, checksums and all.
enum SampleEdit {
  /// Adds 1 to the first pixel of the first image of a data set file; all else stays.
  static func changeOnePixel(of path: String) throws {
    let edited = path + ".edited"
    do {
      let source = try HDF5File.open(path)
      let file = try HDF5File.create(edited)
      for name in ["images", "labels"] {
        var (values, shape) = try pixels(name, of: source)
        if name == "images" { values[0] ^= 1 }
        try file.write(values, shape: shape, at: name)
      }
      try file.writeStrings(try source.readStrings("names"), at: "names")
      try copy(["has_label"], as: UInt8.self, from: source, to: file)
      try copy(
        ["original_size", "splits/train", "splits/val", "splits/test"], as: Int32.self,
        from: source, to: file)
      for name in ["format", "name", "source_digest"] {
        try file.writeAttribute(name, value: try source.readAttribute(name, as: String.self))
      }
      for name in ["format_version", "image_size"] {
        try file.writeAttribute(name, value: try source.readAttribute(name, as: Int64.self))
      }
      try file.writeAttribute("notes", value: try source.readAttribute("notes", as: [String].self))
      try file.writeAttribute("complete", value: true)
      try file.close()
    }
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.moveItem(atPath: edited, toPath: path)
  }

  /// Gives the file another value of an attribute of its root, and takes away its seal.
  static func setAttribute(_ name: String, to value: Int, of path: String) throws {
    let file = try HDF5File.open(path, writable: true)
    try file.writeAttribute(name, value: value)
    try file.close()
    let id = H5Fopen(path, 1, 0)
    if H5Aexists(id, "seal") > 0 { H5Adelete(id, "seal") }
    H5Fclose(id)
  }

  private static func pixels(
    _ name: String, of file: borrowing HDF5File
  ) throws -> ([UInt8], [Int]) {
    let found = try file.read(name, as: UInt8.self)
    return (found.values, found.shape)
  }

  private static func copy<Value: HDF5Scalar>(
    _ names: [String], as type: Value.Type, from source: borrowing HDF5File,
    to file: borrowing HDF5File
  ) throws {
    for name in names {
      let found = try source.read(name, as: type)
      try file.write(found.values, shape: found.shape, at: name)
    }
  }
}
