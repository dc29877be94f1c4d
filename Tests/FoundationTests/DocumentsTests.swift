import Foundation
import Testing

/// The documents point to what is there: files, pictures, suites of tests, sources.
@Suite struct DocumentsTests {
  private static let pages = "Sources/switch-dist/Documentation.docc"

  private static var documents: [String] {
    get throws {
      let pages = try Checkout.entries(of: pages).filter { $0.hasSuffix(".md") }
      return ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Tests/Fixtures/README.md"]
        + pages.map { "\(Self.pages)/\($0)" }
    }
  }

  @Test func thePagesAreThere() throws {
    let names = try Checkout.entries(of: Self.pages)
    for page in [
      "Architecture", "TheMethod", "OneSeedOneResult", "Compute", "Files", "Pixels", "Contributing",
      "DailyTasks", "Installing", "Results", "Scaling",
    ] {
      #expect(names.contains("\(page).md"))
      #expect(try Checkout.text("README.md").contains("\(Self.pages)/\(page).md"))
      #expect(try Checkout.text("\(Self.pages)/switch-dist.md").contains("<doc:\(page)>"))
    }
  }

  @Test func linksLeadSomewhere() throws {
    var count = 0
    for document in try Self.documents {
      let folder = document.split(separator: "/").dropLast().joined(separator: "/")
      for match in try Checkout.text(document).matches(of: /\]\(([^)\s]+)\)/) {
        let target = String(match.1)
        guard !target.hasPrefix("https://") else { continue }
        count += 1
        let parts = target.split(separator: "#", omittingEmptySubsequences: false)
        let path =
          parts[0].isEmpty ? document : folder.isEmpty ? "\(parts[0])" : "\(folder)/\(parts[0])"
        #expect(Checkout.exists(path), "\(document): \(target)")
        if parts.count > 1, path.hasSuffix(".md"), Checkout.exists(path) {
          #expect(
            try Self.anchors(of: path).contains(String(parts[1])), "\(document): \(target)")
        }
      }
    }
    #expect(count > 20)
  }

  /// Headings as forges name them.
  private static func anchors(of document: String) throws -> Set<String> {
    let headings = try Checkout.text(document).split(separator: "\n").filter { $0.hasPrefix("#") }
    return Set(
      headings.map { heading in
        let words = heading.drop { $0 == "#" || $0 == " " }.lowercased()
        return String(words.filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" })
          .replacing(" ", with: "-")
      })
  }

  /// A claim that names its test names one that there is.
  @Test func suitesThatAreNamedExist() throws {
    let suites = Set(
      Checkout.swiftFiles(below: "Tests").map { $0.deletingPathExtension().lastPathComponent })
    var count = 0
    for document in try Self.documents {
      for match in try Checkout.text(document).matches(of: /`(\w+Tests)`/) {
        count += 1
        #expect(
          suites.contains(String(match.1)) || Checkout.exists("Tests/\(match.1)"),
          "\(document): \(match.1)")
      }
    }
    #expect(count > 20)
  }

  @Test func sourcesThatAreNamedExist() throws {
    var count = 0
    for document in try Self.documents {
      for match in try Checkout.text(document).matches(
        of: /`((?:Sources|Tests|launch|cluster)\/[\w\/.+-]+)`/)
      {
        count += 1
        #expect(Checkout.exists(String(match.1)), "\(document): \(match.1)")
      }
    }
    #expect(count > 5)
  }
}
