import Datasets
import Files
import TestSupport

/// A folder that is laid out as data sets are distributed; opening reads names only, so most files are empty.
struct LayoutFolder {
  let folder: TemporaryFolder
  static let name = "set"

  var path: String { folder.file(Self.name) }

  init(_ files: [String] = []) throws {
    folder = try TemporaryFolder()
    try folder.makeFolder(Self.name)
    for file in files { try write(file) }
  }

  func write(_ file: String, _ bytes: [UInt8] = []) throws {
    let path = "\(Self.name)/\(file)"
    try folder.makeFolder(FileSystem.folder(of: path))
    try folder.write(bytes, to: path)
  }

  func open(
    _ layout: DatasetLayout? = nil, split: String? = nil, seed: UInt64 = 1,
    by pattern: String? = nil
  ) throws -> DatasetSource {
    var plan = SplitPlan()
    plan.shares = split.flatMap(SplitShares.init(_:))
    plan.seed = seed
    plan.grouping = try pattern.map { try GroupPattern($0) }
    return try DatasetSource.open(path, layout: layout, imageSize: 32, plan: plan)
  }

  /// A gray image of 8×8 pixels, bright where `lesion` says.
  static func image(_ lesion: (Int, Int) -> Bool) -> [UInt8] {
    PlainPNG.gray(
      width: 8, height: 8, pixels: (0..<64).map { lesion($0 % 8, $0 / 8) ? 255 : 0 })
  }

  /// BUSI as distributed: names with blanks and parentheses, up to three masks an image, and normal breasts with
  /// black masks.
  static func busi(_ place: String = "", benign: Int = 12, malignant: Int = 6, normal: Int = 3)
    throws -> LayoutFolder
  {
    let set = try LayoutFolder()
    for (name, count) in [("benign", benign), ("malignant", malignant), ("normal", normal)] {
      for number in 1...count {
        let stem = "\(place)\(name)/\(name) (\(number))"
        try set.write("\(stem).png", image { x, y in (x + y) % 3 == number % 3 })
        try set.write("\(stem)_mask.png", image { x, y in name != "normal" && x < 2 && y < 2 })
      }
    }
    let stem = "\(place)benign/benign (4)_mask"
    try set.write("\(stem)_1.png", image { x, y in x > 5 && y < 2 })
    try set.write("\(stem)_2.png", image { x, y in x > 5 && y > 5 })
    return set
  }
}

extension DatasetSource {
  /// The names of a list.
  func list(_ positions: [Int]) -> [String] { positions.map { names[$0] } }
}
