internal import FoundationEssentials
import Jobs

/// Variables that libraries of parallel programs listen to, and what they do to this one.
struct EnvironmentExamination: Examination {
  /// Of this process.
  static var variables: [String: String] { ProcessInfo.processInfo.environment }

  private static let prefixes = ["OMP_", "GOMP_", "KMP_", "OPENBLAS_", "GOTO_", "MKL_", "BLIS_"]

  /// They tell an OpenMP library to keep threads on certain cores, which it does to the first thread as
  /// soon as it is loaded; all threads of the process inherit that.
  private static let binding = [
    "OMP_PROC_BIND", "OMP_PLACES", "GOMP_CPU_AFFINITY", "KMP_AFFINITY",
  ]

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
    if name == "OPENBLAS_CORETYPE" {
      return Finding(
        .warn, "environment",
        "\(name)=\(value) takes the choice of code from OpenBLAS: never other bits, but "
          + "slower, and the end of the program where the processor lacks it",
        advice: "unset \(name)")
    }
    guard Self.binding.contains(name), !["false", "none", ""].contains(value.lowercased()),
      let library = openMPLibrary
    else { return nil }
    return Finding(
      .warn, "environment",
      "\(name)=\(value): \(library) is in this process and binds it, now to "
        + "processors \(UsableCores().allowed)",
      advice: "unset \(name)")
  }

  /// The OpenMP library that was loaded into this process, with OpenBLAS say.
  private var openMPLibrary: String? {
    let maps = UsableCores.content(of: "/proc/self/maps") ?? ""
    let files = maps.split(separator: "\n").compactMap { $0.split(separator: "/").last }
    return files.first { file in
      ["libgomp.", "libiomp5.", "libomp."].contains { file.hasPrefix($0) }
    }
    .map { String($0) }
  }
}
