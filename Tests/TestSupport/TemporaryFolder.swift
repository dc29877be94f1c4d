import Foundation

/// A folder of its own for one test, removed with everything in it at the end of its life.
public final class TemporaryFolder: Sendable {
  public let path: String

  public init() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("switch-dist-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  /// Path of a file in the folder.
  public func file(_ name: String) -> String { path + "/" + name }

  public func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: file(name), withIntermediateDirectories: true)
  }

  public func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
  }

  public func write(_ text: String, to name: String) throws {
    try write(Array(text.utf8), to: name)
  }

  public func read(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: file(name))))
  }

  public func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: file(name))
  }

  /// Temporary files of the program and its locks, in the folder and those within.
  public func partialFiles() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path).filter {
      $0.hasSuffix(".partial") || $0.hasSuffix(".lock")
    }
  }

  public func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: file(name))
  }

  /// Changes one byte of a file.
  public func flip(byteAt offset: Int, of name: String) throws {
    var bytes = try read(name)
    bytes[offset] ^= 0xFF
    try write(bytes, to: name)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }
}
