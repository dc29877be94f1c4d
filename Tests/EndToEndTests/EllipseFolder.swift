import TestSupport

/// A small data set in the published layout: bright ellipses in speckle, the same at every call.
struct EllipseFolder {
  static let train = (0..<30).map { "train_\($0).png" }
  /// No number of ranks that the tests use divides seven.
  static let validation = (0..<7).map { "val_\($0).png" }
  static let test = (0..<5).map { "test_\($0).png" }

  let folder: TemporaryFolder
  let name: String

  var path: String { folder.file(name) }

  init(in folder: TemporaryFolder, name: String = "set") throws {
    self.folder = folder
    self.name = name
    try folder.makeFolder("\(name)/images")
    try folder.makeFolder("\(name)/labels")
    for (index, file) in (Self.train + Self.validation + Self.test).enumerated() {
      try writeCase(file, index: index)
    }
    for (list, names) in [("train", Self.train), ("val", Self.validation), ("test", Self.test)] {
      try write(names.joined(separator: "\n") + "\n", to: "\(list).txt")
    }
  }

  func write(_ text: String, to file: String) throws {
    try folder.write(text, to: "\(name)/\(file)")
  }

  func write(_ bytes: [UInt8], to file: String) throws {
    try folder.write(bytes, to: "\(name)/\(file)")
  }

  func read(_ file: String) throws -> [UInt8] { try folder.read("\(name)/\(file)") }

  func remove(_ file: String) throws { try folder.remove("\(name)/\(file)") }

  /// One image with its mask, whose lesion has the value `foreground`.
  func writeCase(_ file: String, index: Int, foreground: UInt8 = 255) throws {
    let (width, height) = (84 + index % 5, 72 + index % 7)
    let center = (x: 30 + index * 7 % 25, y: 28 + index * 5 % 18)
    let radius = (x: 10 + index % 8, y: 9 + index * 3 % 8)
    var noise = UInt64(index + 1)
    var image: [UInt8] = []
    var mask: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        let (dx, dy) = ((x - center.x) * radius.y, (y - center.y) * radius.x)
        let inside = dx * dx + dy * dy < radius.x * radius.x * radius.y * radius.y
        noise = noise &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        image.append(UInt8(noise >> 33 & 0x3F) + UInt8(x / 3) + (inside ? 90 : 20))
        mask.append(inside ? foreground : 0)
      }
    }
    try write(PlainPNG.gray(width: width, height: height, pixels: image), to: "images/\(file)")
    try write(PlainPNG.gray(width: width, height: height, pixels: mask), to: "labels/\(file)")
  }
}
