internal import COneDNN
import Tensors
import VectorInterface

/// Everything a process computes with: its threads, the vector kernels, oneDNN, and scratch memory
/// for each worker. Made once; networks and losses borrow it.
public final class Compute {
  public let unit: VectorUnit
  public let kernels: any VectorKernels.Type
  public let pool: WorkerPool
  /// Channels in a block.
  public let lanes: Int
  private let engine: OneDNNEngine
  private var scratch: [WorkerScratch] = []

  public init(threads: Int) throws(KernelError) {
    pool = WorkerPool(count: threads)
    unit = try VectorUnit.detect()
    kernels = unit.kernels
    lanes = kernels.lanes
    engine = try OneDNNEngine(workers: pool.count)
    scratch = (0..<pool.count).map { _ in WorkerScratch() }
  }

  /// Plans one convolution and makes sure that every worker's scratch holds it.
  public func plan(
    _ shape: ConvolutionShape, backward: Bool, needsInputGradient: Bool
  ) throws(KernelError) -> ConvolutionPlan {
    let plan = try ConvolutionPlan(
      engine: engine, shape: shape, lanes: lanes, backward: backward,
      needsInputGradient: needsInputGradient)
    reserveScratch(bytes: plan.scratchBytes)
    return plan
  }

  /// Makes every worker's scratch at least this large. Pointers handed out before are void.
  public func reserveScratch(bytes: Int) {
    for worker in scratch { worker.reserve(bytes: bytes) }
  }

  /// Scratch of a worker for the length of one kernel call.
  public func scratch(of worker: Int) -> UnsafeMutableRawPointer { scratch[worker].pointer }

  private final class WorkerScratch {
    private var buffer = AlignedBuffer<UInt8>(count: 4096)

    var pointer: UnsafeMutableRawPointer { UnsafeMutableRawPointer(buffer.baseAddress) }

    func reserve(bytes: Int) {
      if bytes > buffer.count { buffer = AlignedBuffer<UInt8>(count: bytes) }
    }
  }
}
