import TestSupport

/// A small data set of images that look different from each other, in the published layout, in a
/// temporary folder.
struct TextureFolder {
  static let side = 64
  static let train = (0..<8).map { "train_\($0).png" }
  static let validation = ["val_0.png", "val_1.png"]
  static let test = ["test_0.png", "test_1.png"]
  static let names = train + validation + test

  let folder: TemporaryFolder
  var path: String { folder.file("set") }

  init() throws {
    folder = try TemporaryFolder()
    try folder.makeFolder("set/images")
    try folder.makeFolder("set/labels")
    for (index, name) in Self.names.enumerated() {
      try writeImage(name, Self.texture(index))
      try writeMask(name, Self.lesion(index))
    }
    try writeLists()
  }

  func writeLists(
    _ train: [String] = Self.train, _ validation: [String] = Self.validation,
    _ test: [String] = Self.test
  ) throws {
    for (list, names) in [("train", train), ("val", validation), ("test", test)] {
      try write(Array(names.map { $0 + "\n" }.joined().utf8), to: list + ".txt")
    }
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    try folder.write(bytes, to: "set/" + name)
  }

  func remove(_ name: String) throws { try folder.remove("set/" + name) }

  func writeImage(_ name: String, _ pixels: [UInt8], side: Int = Self.side) throws {
    try write(PlainPNG.gray(width: side, height: side, pixels: pixels), to: "images/" + name)
  }

  func writeMask(_ name: String, _ pixels: [UInt8], side: Int = Self.side) throws {
    try write(PlainPNG.gray(width: side, height: side, pixels: pixels), to: "labels/" + name)
  }

  // MARK: Pixels

  /// Random grays on a grid of 12×12, linear between them, at any size.
  static func texture(_ seed: Int, side: Int = Self.side) -> [UInt8] {
    let cells = 12
    var state = UInt64(seed &+ 1) &* 0x9E37_79B9_7F4A_7C15
    let grid = (0..<(cells * cells)).map { _ -> Double in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return 40 + Double(state >> 57)
    }
    return (0..<(side * side)).map { index in
      let scale = Double(cells - 1) / Double(side)
      let (x, y) = (Double(index % side) * scale, Double(index / side) * scale)
      let (column, row) = (Int(x), Int(y))
      func line(_ row: Int) -> Double {
        let (left, right) = (grid[row * cells + column], grid[row * cells + column + 1])
        return left + (right - left) * (x - Double(column))
      }
      return UInt8(line(row) + (line(row + 1) - line(row)) * (y - Double(row)))
    }
  }

  /// A disc that covers about a twelfth of the image.
  static func lesion(_ seed: Int, foreground: UInt8 = 255, background: UInt8 = 0) -> [UInt8] {
    let (x0, y0, radius) = (24 + seed, 36 - seed, 9 + seed % 4)
    return (0..<(side * side)).map { index in
      let (x, y) = (index % side - x0, index / side - y0)
      return x * x + y * y < radius * radius ? foreground : background
    }
  }

  static func flat(_ value: UInt8) -> [UInt8] {
    [UInt8](repeating: value, count: side * side)
  }
}
