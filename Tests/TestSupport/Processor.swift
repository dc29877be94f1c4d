import Foundation

/// What the machine that runs the tests can do.
public enum Processor {
  /// bfloat16 needs AVX-512, and that `DNNL_MAX_CPU_ISA` does not hide it.
  public static var hasBrainFloat: Bool {
    guard ProcessInfo.processInfo.environment["DNNL_MAX_CPU_ISA"] != "AVX2",
      let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
    else { return false }
    return ["avx512bw", "avx512dq", "avx512vl"].allSatisfy { text.contains(" \($0)") }
  }

  /// The precisions that it trains in.
  public static var precisions: [String] { hasBrainFloat ? ["fp32", "bf16"] : ["fp32"] }
}
