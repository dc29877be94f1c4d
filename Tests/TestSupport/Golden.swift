import Glibc
import HDF5

/// A file of golden values: numbers of the published reference implementation, see the README
/// that comes with them.
///
/// The folder is `SWITCH_GOLDEN` where that is set, else the package's fixtures; the full-size
/// files, too large for the package, are also looked for in `../shared/golden` beside it.
public struct Golden: Sendable {
  private let path: String

  public init(_ fileName: String) throws {
    guard let path = Golden.locate(fileName) else { throw MissingGolden(fileName: fileName) }
    self.path = path
  }

  public struct MissingGolden: Error, CustomStringConvertible {
    public var fileName: String
    public var description: String {
      "\(fileName): not in \(Golden.folder); set SWITCH_GOLDEN to the folder of golden files"
    }
  }

  // MARK: Where the files are

  /// The folder of golden files.
  public static var folder: String {
    if let chosen = getenv("SWITCH_GOLDEN") { return String(cString: chosen) }
    return packageFolder + "/Tests/Fixtures/golden"
  }

  /// Whether the file can be read: for `.enabled(if: Golden.isAvailable("unet_full.h5"))`.
  public static func isAvailable(_ fileName: String) -> Bool {
    locate(fileName) != nil
  }

  /// The folder of Package.swift: three levels above this file.
  static var packageFolder: String {
    #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
  }

  private static func locate(_ fileName: String) -> String? {
    [folder, packageFolder + "/../shared/golden"].map { $0 + "/" + fileName }
      .first { access($0, R_OK) == 0 }
  }

  // MARK: What they hold

  /// Any numbers, as Float.
  public func tensor(_ path: String) throws -> (shape: [Int], values: [Float]) {
    try HDF5File.open(self.path).read(path, as: Float.self)
  }

  /// Any numbers, as Double.
  public func doubles(_ path: String) throws -> (shape: [Int], values: [Double]) {
    try HDF5File.open(self.path).read(path, as: Double.self)
  }

  /// Images and masks.
  public func bytes(_ path: String) throws -> (shape: [Int], values: [UInt8]) {
    try HDF5File.open(self.path).read(path, as: UInt8.self)
  }

  /// Counters.
  public func integers(_ path: String) throws -> (shape: [Int], values: [Int64]) {
    try HDF5File.open(self.path).read(path, as: Int64.self)
  }

  public func exists(_ path: String) throws -> Bool {
    try HDF5File.open(self.path).exists(path)
  }

  /// Names in a group, sorted.
  public func children(_ path: String = "/") throws -> [String] {
    try HDF5File.open(self.path).children(path).map(\.name)
  }

  /// Paths of all datasets below a group, relative to it, sorted.
  public func datasets(below path: String = "/") throws -> [String] {
    try HDF5File.open(self.path).children(path).flatMap { child throws -> [String] in
      guard child.kind == .group else { return [child.name] }
      return try datasets(below: path + "/" + child.name).map { child.name + "/" + $0 }
    }
  }

  public func attribute(_ name: String, on path: String = "/") throws -> Double {
    try HDF5File.open(self.path).readAttribute(name, on: path, as: Double.self)
  }

  public func stringAttribute(_ name: String, on path: String = "/") throws -> String {
    try HDF5File.open(self.path).readAttribute(name, on: path, as: String.self)
  }
}
