import Foundation
import Testing

/// `ls Sources` shows the architecture: floors from the ground up, each holding its modules. A module
/// imports those of its own floor and of the floors beneath it.
@Suite struct FloorsTests {
  private static let floors = [
    "C", "System", "Compute", "Model", "Data", "Runs", "Report", "Training", "switch-dist",
  ]

  /// Floor and source files of every module.
  private let modules: [String: (floor: Int, files: [URL])]

  init() throws {
    var modules: [String: (floor: Int, files: [URL])] = [:]
    for (index, floor) in Self.floors.enumerated() {
      for folder in try Self.modules(of: floor) {
        let files = Checkout.swiftFiles(below: folder.path)
        modules[folder.name] = (index, files)
      }
    }
    self.modules = modules
  }

  /// A floor with sources of its own is one module; the vector kernels' modules lie deeper.
  private static func modules(of floor: String) throws -> [(name: String, path: String)] {
    let folders = try Checkout.entries(of: "Sources/\(floor)")
    let isModule = folders.contains { $0.hasSuffix(".swift") }
    guard !isModule else { return [(floor, "Sources/\(floor)")] }
    return try folders.flatMap { folder -> [(name: String, path: String)] in
      guard folder == "Vector" else { return [(folder, "Sources/\(floor)/\(folder)")] }
      let families = try Checkout.entries(of: "Sources/\(floor)/\(folder)")
      return families.map { ("Vector\($0)", "Sources/\(floor)/\(folder)/\($0)") }
    }
  }

  @Test func theFloorsAreAllThatIsThere() throws {
    #expect(try Checkout.entries(of: "Sources").sorted() == Self.floors.sorted())
  }

  @Test func importsGoDownwardOnly() throws {
    #expect(modules.count > 25)
    var imports = 0
    for (name, module) in modules {
      for file in module.files {
        let source = try String(contentsOf: file, encoding: .utf8)
        for line in source.split(separator: "\n") where line.contains(/^(\w+ )*import \w+$/) {
          guard let other = line.split(separator: " ").last.map(String.init),
            let imported = modules[other]
          else { continue }
          imports += 1
          #expect(imported.floor <= module.floor, "\(name) imports \(other)")
        }
      }
    }
    #expect(imports > 300)
  }
}
