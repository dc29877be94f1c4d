import HDF5
import Settings

extension FileDifference {
  mutating func compareSettings(
    _ one: borrowing HDF5File, _ other: borrowing HDF5File
  ) throws {
    let (here, there) = (try Self.settings(of: one), try Self.settings(of: other))
    settings = Set(here.keys).union(there.keys).sorted().filter { here[$0] != there[$0] }.map {
      Setting(name: $0, first: here[$0], second: there[$0])
    }
  }

  /// Attributes of the file by name; the configuration setting by setting.
  private static func settings(of file: borrowing HDF5File) throws -> [String: String] {
    var found: [String: String] = [:]
    // The seal differs where anything else does.
    for name in try file.attributeNames() where name != FileSeal.attributeName {
      let text = try file.readAttribute(name, as: AttributeText.self).text
      if name == "configuration", let configuration = try? RunConfiguration(json: text) {
        found.merge(try configuration.settings()) { $1 }
      } else {
        found[name] = text
      }
    }
    return found
  }
}

/// An attribute of any kind as text.
private struct AttributeText: HDF5AttributeValue {
  static var isSingle: Bool { true }
  let attributeContent: HDF5AttributeContent

  init?(attributeContent: HDF5AttributeContent) { self.attributeContent = attributeContent }

  var text: String {
    switch attributeContent {
    case .integers(let values): values.map { "\($0)" }.joined(separator: ", ")
    case .floats(let values): values.map { "\($0)" }.joined(separator: ", ")
    case .doubles(let values): values.map { "\($0)" }.joined(separator: ", ")
    case .strings(let values): values.joined(separator: ", ")
    case .bools(let values): values.map { "\($0)" }.joined(separator: ", ")
    }
  }
}
