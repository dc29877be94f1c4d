import Imaging
import Kernels
import Tensors
import VectorInterface

/// Pseudo-labels: the teacher's foreground at a probability of at least ½, of which the largest
/// 8-connected component stays.
public final class PseudoLabels {
  public static let threshold: Float = 0.5
  private let size: Int
  private let kernels: any VectorKernels.Type
  private let workspaces: [Workspace]

  public init(size: Int, compute: Compute) {
    self.size = size
    kernels = compute.kernels
    workspaces = (0..<compute.pool.count).map { _ in Workspace(size: size) }
  }

  /// Writes the cleaned mask of one image as a plane of 0 and 1.
  /// - Parameter logits: the teacher's, [2][size²].
  public func write(worker: Int, logits: Floats, into plane: MutableFloats) {
    let space = workspaces[worker]
    let pixels = size * size
    kernels.foregroundMask(
      logits: logits, pixels: pixels, threshold: Self.threshold, into: space.mask.baseAddress)
    space.component.keep(in: space.mask.baseAddress)
    for k in 0..<pixels { plane[k] = Float(space.mask.baseAddress[k]) }
  }

  private final class Workspace {
    let mask: AlignedBuffer<UInt8>
    var component: LargestComponent

    init(size: Int) {
      mask = AlignedBuffer(count: size * size)
      component = LargestComponent(width: size, height: size)
    }
  }
}
