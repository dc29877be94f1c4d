internal import COneDNN
import Tensors
import VectorInterface

/// Everything a process computes with: its threads, the vector kernels, oneDNN, and scratch memory
/// for each worker. Made once; networks and losses borrow it.
public final class Compute {
  public let unit: VectorUnit
  public let kernels: any VectorKernels.Type
  public let precision: Precision
  /// Kernels on feature maps of this precision.
  public let maps: any MapKernels.Type
  public let pool: WorkerPool
  /// Channels in a block.
  public let lanes: Int
  private let engine: OneDNNEngine
  private var scratch: [WorkerScratch] = []

  public init(threads: Int, precision: Precision = .fp32) throws(KernelError) {
    pool = WorkerPool(count: threads)
    unit = try VectorUnit.detect()
    kernels = unit.kernels
    self.precision = precision
    maps = unit.mapKernels(precision)
    lanes = maps.lanes
    guard precision == .fp32 || unit == .avx512 else {
      throw KernelError("--precision bf16 needs a processor with AVX-512; use --precision fp32")
    }
    engine = try OneDNNEngine(workers: pool.count)
    scratch = (0..<pool.count).map { _ in WorkerScratch() }
  }

  /// Plans one convolution and makes sure that every worker's scratch holds it.
  public func plan(
    _ shape: ConvolutionShape, backward: Bool, needsInputGradient: Bool
  ) throws(KernelError) -> Convolution {
    let convolution = try Convolution(
      shape: shape, compute: self, engine: engine, backward: backward,
      needsInputGradient: needsInputGradient)
    reserveScratch(bytes: convolution.scratchBytes)
    return convolution
  }

  /// Makes every worker's scratch at least this large. Pointers handed out before are void.
  public func reserveScratch(bytes: Int) {
    for worker in scratch { worker.reserve(bytes: bytes) }
  }

  /// Scratch of a worker for the length of one kernel call.
  public func scratch(of worker: Int) -> UnsafeMutableRawPointer { scratch[worker].pointer }

  final class WorkerScratch {
    private var buffer: AlignedBuffer<UInt8>

    var pointer: UnsafeMutableRawPointer { UnsafeMutableRawPointer(buffer.baseAddress) }

    init(bytes: Int = 4096) { buffer = AlignedBuffer<UInt8>(count: bytes) }

    func reserve(bytes: Int) {
      if bytes > buffer.count { buffer = AlignedBuffer<UInt8>(count: bytes) }
    }
  }
}
