import TestSupport
import Testing

extension Workspace {
  /// Runs what must be refused and checks that it is said in one line, once, without output, with
  /// these words in it.
  func expectRefusal(
    _ arguments: [String], ranks: [Int] = [1], says parts: String...,
    location: SourceLocation = #_sourceLocation
  ) throws {
    for count in ranks {
      let outcome = try run(arguments, ranks: count == 1 ? nil : count)
      let text = "\(arguments)\n\(outcome.output)"
      #expect(outcome.exitCode != 0 && !outcome.timedOut, "\(text)", sourceLocation: location)
      #expect(outcome.standardOutput == "", sourceLocation: location)
      let errors = outcome.standardError.split(separator: "\n").filter { $0.hasPrefix("error: ") }
      #expect(errors.count == 1, "\(text)", sourceLocation: location)
      for part in parts {
        #expect(errors.first?.contains(part) == true, "\(text)", sourceLocation: location)
      }
    }
  }

  func text(_ file: String) throws -> String {
    String(decoding: try folder.read(file), as: UTF8.self)
  }
}
