internal import FoundationEssentials
import Jobs

/// Variables that libraries of parallel programs listen to, and what they do to this one.
struct EnvironmentExamination: Examination {
  /// Of this process.
  static var variables: [String: String] { ProcessInfo.processInfo.environment }

  private static let prefixes = ["OMP_", "GOMP_", "KMP_", "OPENBLAS_", "GOTO_", "MKL_", "BLIS_"]

  func examine(_ job: ExaminedJob) -> [Finding] {
    let variables = Self.variables
    let names = variables.keys.filter { name in Self.prefixes.contains { name.hasPrefix($0) } }
      .sorted()
    let findings = names.compactMap { harm(of: $0, variables[$0] ?? "") }
    let harmless = names.filter { harm(of: $0, variables[$0] ?? "") == nil }
    guard !harmless.isEmpty else {
      return findings.isEmpty
        ? [Finding(.ok, "environment", "no variable of OpenMP or OpenBLAS is set")] : findings
    }
    let list = harmless.map { "\($0)=\(variables[$0] ?? "")" }.joined(separator: ", ")
    return findings + [
      Finding(
        .ok, "environment",
        "without effect: \(list); --threads decides, and OpenBLAS works with one thread")
    ]
  }

  private func harm(of name: String, _ value: String) -> Finding? {
    guard name == "OPENBLAS_CORETYPE" else { return nil }
    return Finding(
      .warn, "environment",
      "\(name)=\(value) takes the choice of code from OpenBLAS: never other bits, but "
        + "slower, and the end of the program where the processor lacks it",
      advice: "unset \(name)")
  }
}
