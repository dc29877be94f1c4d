import Files
import HDF5

/// The arrays of an HDF5 file, such as a dump of an iteration or weights that Python wrote.
public struct ArrayFileDescription: Codable, Equatable, Sendable {
  /// What the dump of an iteration says it is.
  package static let dumpFormat = "switch-dist iteration dump"

  public struct Array: Codable, Equatable, Sendable {
    public var path: String
    public var type: String
    public var shape: [Int]
  }

  /// What the file says it is; nothing for files from elsewhere.
  public var format: String?
  /// Of a dump.
  public var phase: String?
  public var iteration: Int?
  public var arrays: [Array]
  /// SHA-256 of the content, see `ContentDigest`; nothing where it holds other types, such as half
  /// precision.
  public var digest: String?
  /// What of the file was compared with its seal.
  public var checked: HDF5File.Check

  init(path: String, _ wanted: HDF5File.Check) throws(FileError) {
    do {
      let file = try HDF5File.open(path)
      checked = try file.verify(wanted).check
      format = try? file.readAttribute("format", as: String.self)
      let isDump = format == Self.dumpFormat
      phase = isDump ? try file.readAttribute("phase", as: String.self) : nil
      iteration = isDump ? try file.readAttribute("iteration", as: Int.self) : nil
      arrays = try ContentDigest.datasets(in: file).map { path in
        Array(
          path: path, type: try file.elementType(path).rawValue, shape: try file.readShape(path))
      }
      let isReadable = arrays.allSatisfy { $0.type != HDF5ElementType.other.rawValue }
      digest = isReadable && wanted == .everything ? try ContentDigest.ofFile(path) : nil
    } catch let error as HDF5Error {
      throw FileError(error)
    } catch {
      throw FileError(path, error)
    }
  }

  func text() -> String {
    let title =
      if let phase, let iteration { "dump of iteration \(iteration) of \(phase)" } else {
        format ?? "HDF5 file"
      }
    let width = arrays.map(\.path.count).max() ?? 0
    let lines = arrays.map { array in
      let space = String(repeating: " ", count: width - array.path.count)
      return "\n  \(array.path)\(space)  \(array.type) \(array.shape)"
    }
    let reason =
      checked == .header ? "not computed" : "none, for arrays of other types than numbers and text"
    return
      "\(title), \(arrays.count) arrays\n  digest  \(digest ?? reason)\n  checked  \(checked.words)"
      + lines.joined()
  }
}
