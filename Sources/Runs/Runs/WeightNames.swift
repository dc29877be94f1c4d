import HDF5
import Network

/// Where the arrays of one model lie in a file, by their published names.
///
/// Whoever wrapped the model saved its names behind others: `module.` (DataParallel), `model.` (Lightning),
/// `_orig_mod.` (torch.compile), a group such as `student`, or several of these. Whatever stands before all
/// of the names alike is left out. A dot in a name may be a group in the file.
struct WeightNames {
  /// What stands before each name, with dots for groups; empty or with a dot at its end.
  let prefix: String
  private let paths: [String: String]

  /// Those that fit best, of the role if the file has several models.
  ///
  /// - Parameters:
  ///   - paths: of all arrays of the file.
  ///   - wanted: published names.
  /// - Returns: one; none where no array has a published name; several where one is as good as another.
  static func candidates(
    among paths: [String], of role: ModelRole, for wanted: [String]
  ) -> [WeightNames] {
    let names = Dictionary(paths.map { ($0.replacing("/", with: "."), $0) }) { first, _ in first }
    let wanted = Set(wanted)
    var counts: [String: Int] = [:]
    for name in names.keys {
      for prefix in prefixes(of: name) where wanted.contains(String(name.dropFirst(prefix.count))) {
        counts[String(prefix), default: 0] += 1
      }
    }
    let found = counts.filter { mayHold(role, $0.key) }
    guard let most = found.values.max() else { return [] }
    let best = found.filter { $0.value == most }.keys.sorted()
    let named = best.filter { steps(of: $0).contains(role.rawValue) }
    // A model at the root is the file's own, whatever else it keeps.
    let chosen = named.isEmpty ? (best.contains("") ? [""] : best) : named
    return chosen.map { WeightNames(prefix: $0, paths: names) }
  }

  /// The path in the file, there or not.
  func path(of name: String) -> String { paths[prefix + name] ?? prefix + name }

  func holds(_ name: String) -> Bool { paths[prefix + name] != nil }

  /// The names of the file that are none of these, as the file has them.
  func unknown(besides wanted: [String]) -> [String] {
    let known = Set(wanted.map { prefix + $0 })
    let others = paths.filter { $0.key.hasPrefix(prefix) && !known.contains($0.key) }
    return others.map(\.value).sorted()
  }

  /// The empty one, then up to each dot.
  private static func prefixes(of name: String) -> [Substring] {
    [""] + name.indices.filter { name[$0] == "." }.map { name[...$0] }
  }

  private static func steps(of prefix: String) -> [String] {
    prefix.split(separator: ".").map(String.init)
  }

  /// A teacher is called so; a student may be called anything else.
  private static func mayHold(_ role: ModelRole, _ prefix: String) -> Bool {
    let names = steps(of: prefix)
    return switch role {
    case .student: !names.contains(ModelRole.teacher.rawValue)
    case .teacher: names.contains(role.rawValue)
    }
  }
}
