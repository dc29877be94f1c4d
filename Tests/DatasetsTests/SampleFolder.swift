import Datasets
import TestSupport

/// A small data set in the published layout, in a temporary folder.
struct SampleFolder {
  let folder: TemporaryFolder
  static let train = (0..<6).map { "train_\($0).png" }
  static let validation = ["val_0.png", "val_1.png"]
  static let test = ["test_0.png", "test_1.png", "test_2.png"]

  var path: String { folder.file("set") }

  init() throws {
    folder = try TemporaryFolder()
    try folder.makeFolder("set/images")
    try folder.makeFolder("set/labels")
    for (index, name) in (Self.train + Self.validation + Self.test).enumerated() {
      try writeCase(name, width: 40 + 3 * index, height: 50 - index, shift: index)
    }
    try writeLists(Self.train, Self.validation, Self.test)
  }

  /// A gradient with a bright rectangle, which is the lesion.
  func writeCase(
    _ name: String, width: Int, height: Int, shift: Int = 0, foreground: UInt8 = 255
  ) throws {
    var image = [UInt8](repeating: 0, count: width * height)
    var mask = image
    for y in 0..<height {
      for x in 0..<width {
        let inside = abs(x - width / 2) < 8 + shift / 2 && abs(y - height / 2) < 6
        image[y * width + x] = UInt8((3 * x + 2 * y + shift) % 160) + (inside ? 80 : 0)
        mask[y * width + x] = inside ? foreground : 0
      }
    }
    try write(PlainPNG.gray(width: width, height: height, pixels: image), to: "images/" + name)
    try write(PlainPNG.gray(width: width, height: height, pixels: mask), to: "labels/" + name)
  }

  func writeLists(_ train: [String], _ validation: [String], _ test: [String]) throws {
    for (list, names) in [("train", train), ("val", validation), ("test", test)] {
      try write(Array(names.map { $0 + "\n" }.joined().utf8), to: list + ".txt")
    }
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    try folder.write(bytes, to: "set/" + name)
  }

  func write(_ text: String, to name: String) throws {
    try write(Array(text.utf8), to: name)
  }

  func remove(_ name: String) throws {
    try folder.remove("set/" + name)
  }
}

extension Dataset {
  /// The pixels of a data set that was loaded into memory.
  var images: [UInt8] { arrays.images }
  var labels: [UInt8] { arrays.labels }

  private var arrays: PixelArrays {
    guard case .memory(let arrays) = pixels else { fatalError("the pixels are in a file") }
    return arrays
  }
}
