internal import COneDNN
internal import COpenBLAS
import VectorAVX2
import VectorAVX512
import VectorInterface

/// The processor family that this process computes with. One choice for oneDNN's kernels and ours:
/// the environment variable `DNNL_MAX_CPU_ISA` lowers both.
public enum VectorUnit: String, Sendable {
  case avx2 = "AVX2"
  case avx512 = "AVX-512"

  /// The best family that processor and environment allow.
  public static func detect() throws(KernelError) -> VectorUnit {
    let instructions = dnnl_get_effective_cpu_isa().rawValue
    if instructions & dnnl_cpu_isa_avx512_core.rawValue == dnnl_cpu_isa_avx512_core.rawValue {
      return .avx512
    }
    if instructions & dnnl_cpu_isa_avx2.rawValue == dnnl_cpu_isa_avx2.rawValue { return .avx2 }
    throw KernelError(
      "this processor has no AVX2 (or DNNL_MAX_CPU_ISA forbids it); switch-dist needs AVX2 or AVX-512"
    )
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

/// The OpenBLAS library in use.
public enum OpenBLASLibrary {
  /// The kernels that it has chosen for this processor, such as `Haswell`.
  public static var kernels: String {
    openblas_get_corename().map { String(cString: $0) } ?? "?"
  }

  /// Its version and how it was built.
  public static var configuration: String {
    openblas_get_config().map { String(cString: $0) } ?? "?"
  }
}

/// What every thread that computes does first: one OpenMP thread, because oneDNN's results depend
/// on that number, and denormals flushed to zero, so that all threads round alike.
func prepareComputingThread() {
  omp_set_num_threads(1)
  openblas_set_num_threads(1)
  switch_dist_flush_denormals()
}
