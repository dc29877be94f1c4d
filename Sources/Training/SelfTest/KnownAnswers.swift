/// The committed results that this program must reproduce, one a line: name, arithmetic, digest.
///
/// The arithmetic is `any` where every processor must give the result, the processor family where only
/// kernels of ours count, and family and precision with a fingerprint of oneDNN's part in it for training
/// runs: oneDNN promises the same bits neither on other processors nor in other versions.
public struct KnownAnswers: Equatable, Sendable {
  public struct Answer: Equatable, Sendable {
    public var name: String
    public var arithmetic: String
    public var digest: String

    public init(name: String, arithmetic: String, digest: String) {
      self.name = name
      self.arithmetic = arithmetic
      self.digest = digest
    }

    public var line: String { "\(name) \(arithmetic) \(digest)" }
  }

  public var answers: [Answer]

  /// Those that were built in.
  public static let recorded = KnownAnswers(
    text: String(decoding: PackageResources.known_answers_txt, as: UTF8.self))

  /// Lines of three words; others are comments.
  public init(text: String) {
    answers = text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 3, !line.hasPrefix("#") else { return nil }
      return Answer(name: words[0], arithmetic: words[1], digest: words[2])
    }
  }

  /// What is recorded for a result under the same arithmetic.
  public func digest(_ name: String, _ arithmetic: String) -> String? {
    answers.first { $0.name == name && $0.arithmetic == arithmetic }?.digest
  }
}
