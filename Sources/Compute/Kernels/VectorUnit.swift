internal import CProcessor
import Glibc
import VectorAVX2
import VectorAVX512
import VectorInterface

/// The processor family that this process computes with: how fast, not what. All families give the
/// same bits.
public enum VectorUnit: String, CaseIterable, Sendable {
  case avx2 = "AVX2"
  case avx512 = "AVX-512"

  /// Names a family for tests and experiments: `avx2` or `avx512`.
  public static let environmentVariable = "SWITCH_VECTOR_UNIT"

  /// The best family that the processor has, or the one that the environment asks for.
  public static func detect() throws(KernelError) -> VectorUnit {
    guard let value = getenv(environmentVariable) else {
      if let best = allCases.last(where: \.isSupported) { return best }
      throw KernelError(
        "this processor has neither AVX2 nor AVX-512; switch-dist needs one of them")
    }
    let wish = String(cString: value)
    guard let unit = allCases.first(where: { $0.wish == wish }) else {
      throw KernelError(
        "\(environmentVariable) is '\(wish)'; it must be avx2 or avx512, or not be set")
    }
    guard unit.isSupported else {
      throw KernelError(
        "\(environmentVariable) asks for \(unit.rawValue), which this processor does not have")
    }
    return unit
  }

  public var isSupported: Bool {
    switch self {
    case .avx2: switch_dist_has_avx2()
    case .avx512: switch_dist_has_avx512()
    }
  }

  private var wish: String {
    switch self {
    case .avx2: "avx2"
    case .avx512: "avx512"
    }
  }

  public func mapKernels(_ precision: Precision) -> any MapKernels.Type {
    switch (self, precision) {
    case (.avx2, .fp32): VectorAVX2.SinglePrecisionMaps.self
    case (.avx2, .bf16): VectorAVX2.BrainFloatMaps.self
    case (.avx512, .fp32): VectorAVX512.SinglePrecisionMaps.self
    case (.avx512, .bf16): VectorAVX512.BrainFloatMaps.self
    }
  }

  public var kernels: any VectorKernels.Type {
    switch self {
    case .avx2: VectorAVX2.Implementation.self
    case .avx512: VectorAVX512.Implementation.self
    }
  }
}
