import Foundation

/// What the machine that runs the tests can do.
public enum Processor {
  /// Whether it has AVX-512, also where `SWITCH_VECTOR_UNIT` keeps the program from using it.
  public static var hasAVX512: Bool {
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else {
      return false
    }
    return ["avx512f", "avx512bw", "avx512dq", "avx512vl"].allSatisfy { text.contains(" \($0)") }
  }

  /// Variables that choose each of its families in turn.
  public static var families: [[String: String]] {
    (hasAVX512 ? ["avx2", "avx512"] : ["avx2"]).map { [variable: $0] }
  }

  /// What chooses the family that the program computes with.
  public static let variable = "SWITCH_VECTOR_UNIT"
}
