import Jobs
import Kernels

extension KnownAnswerRun {
  /// What a machine's results say against the recorded ones.
  public enum Verdict: Equatable, Sendable {
    /// All that are recorded for its arithmetic are equal.
    case reproduces(count: Int)
    /// Some results have nothing recorded for this machine's arithmetic; those that have are equal.
    case unknownArithmetic(compared: Int, of: Int)
    /// The first that differs.
    case differs(KnownAnswers.Answer, recorded: String)

    public init(_ answers: [KnownAnswers.Answer], recorded: KnownAnswers) {
      var compared = 0
      for answer in answers {
        guard let known = recorded.digest(answer.name, answer.arithmetic) else { continue }
        guard known == answer.digest else {
          self = .differs(answer, recorded: known)
          return
        }
        compared += 1
      }
      self =
        compared == answers.count
        ? .reproduces(count: compared) : .unknownArithmetic(compared: compared, of: answers.count)
    }

    public var text: String {
      switch self {
      case .reproduces(let count):
        "this machine computes the reference results (\(count) of \(count))"
      case .unknownArithmetic(let compared, let count):
        "no reference results are known for this machine's arithmetic: \(compared) of \(count) results "
          + "could be compared and are equal"
      case .differs(let answer, let recorded):
        "\(answer.name) differs from the reference result: \(answer.digest.prefix(16))…, not "
          + "\(recorded.prefix(16))… (\(answer.arithmetic))"
      }
    }

    /// 0 for the reference results, 1 where one differs, 2 where not all could be compared.
    public var exitCode: Int32 {
      switch self {
      case .reproduces: 0
      case .differs: 1
      case .unknownArithmetic: 2
      }
    }
  }

  /// What decides bits on this machine, for a report.
  public static var machine: [String] {
    [
      "processor  \(processorName)",
      "libraries  \(libraryVersions), \(OpenBLASLibrary.configuration)",
      "kernels    OpenBLAS \(OpenBLASLibrary.kernels)",
    ]
  }

  private static var processorName: String {
    let text = UsableCores.content(of: "/proc/cpuinfo") ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last.map { $0.trimmed } ?? "unknown"
  }
}

extension Substring {
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
