import Digests
import Settings

/// The committed results that this program must reproduce on every processor, one a line: name, digest.
public struct KnownAnswers: Equatable, Sendable {
  public struct Answer: Equatable, Sendable {
    public var name: String
    /// SHA-256.
    public var digest: String

    public init(name: String, digest: String) {
      self.name = name
      self.digest = digest
    }

    public var line: String { "\(name) \(digest)" }
  }

  public var answers: [Answer]

  /// Those that were built in.
  public static let recorded = KnownAnswers(
    text: String(decoding: PackageResources.known_answers_txt, as: UTF8.self))

  public init(answers: [Answer]) { self.answers = answers }

  /// Lines of two words; others are comments.
  public init(text: String) {
    answers = text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 2, !line.hasPrefix("#") else { return nil }
      return Answer(name: words[0], digest: words[1])
    }
  }

  /// What is recorded for a result.
  public func digest(_ name: String) -> String? {
    answers.first { $0.name == name }?.digest
  }

  /// One for all: SHA-256 of the lines, each with its end.
  public var digest: String {
    var hash = SHA256()
    for answer in answers { hash.update("\(answer.line)\n") }
    return hash.finalize()
  }

  /// The one digest and what it belongs to, as people quote it.
  public var summary: String { "digest \(digest) (arithmetic \(ArithmeticVersion.current))" }
}
