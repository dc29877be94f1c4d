import Jobs
import Kernels

extension KnownAnswerRun {
  /// What a machine's results say against the recorded ones.
  public enum Verdict: Equatable, Sendable {
    /// All are equal.
    case reproduces(count: Int)
    /// The first that differs; nil where there is none of its name.
    case differs(KnownAnswers.Answer, recorded: String?)

    public init(_ answers: KnownAnswers, recorded: KnownAnswers) {
      let first = answers.answers.first { recorded.digest($0.name) != $0.digest }
      self =
        first.map { .differs($0, recorded: recorded.digest($0.name)) }
        ?? .reproduces(count: answers.answers.count)
    }

    public var text: String {
      switch self {
      case .reproduces(let count):
        "this machine computes the reference results (\(count) of \(count))"
      case .differs(let answer, let recorded?):
        "\(answer.name) differs from the reference result: \(answer.digest.prefix(16))…, not "
          + "\(recorded.prefix(16))…"
      case .differs(let answer, nil):
        "there is no reference result for \(answer.name)"
      }
    }

    /// 0 for the reference results, 1 where one differs.
    public var exitCode: Int32 {
      switch self {
      case .reproduces: 0
      case .differs: 1
      }
    }
  }

  /// What this machine computes with, for a report; nothing of it decides a bit.
  public static var machine: [String] {
    get throws {
      [
        "processor  \(ProcessorModel.name)",
        "libraries  \(ProgramDescription.libraries)",
        "kernels    \(try VectorUnit.detect().rawValue), OpenBLAS \(OpenBLASLibrary.kernels)",
      ]
    }
  }
}
