import Kernels
import Tensors
import VectorInterface

/// InfoNCE between the positions of two views of one image: query = plain view, key = restored view
/// without gradient, positive = same position.
public final class ContrastiveLoss {
  public static let temperature: Float = 0.07
  private let channels: Int
  private let positions: Int
  private let kernels: any VectorKernels.Type
  private let workspaces: [Workspace]

  /// - Parameter positions: side² of the feature map, a multiple of 16.
  public init(channels: Int, positions: Int, compute: Compute) {
    precondition(channels == 16 && positions % 16 == 0, "the kernel takes 16 channels")
    self.channels = channels
    self.positions = positions
    kernels = compute.kernels
    workspaces = (0..<compute.pool.count).map { _ in
      Workspace(values: channels * positions, positions: positions)
    }
  }

  /// One image's sum of −log softmax over its positions, and `factor` times its gradient.
  /// - Parameters:
  ///   - query, key: features, [16][positions], not normalised.
  ///   - gradient: written, with respect to `query`.
  public func evaluate(
    worker: Int, query: Floats, key: Floats, factor: Double, gradient: MutableFloats
  ) -> Double {
    let space = workspaces[worker]
    let count = channels * positions
    space.query.baseAddress.update(from: query, count: count)
    space.key.baseAddress.update(from: key, count: count)
    kernels.normalizeRows(
      planes: space.key.baseAddress, channels: channels, positions: positions,
      inverseNorms: space.inverseNorms.baseAddress)
    kernels.normalizeRows(
      planes: space.query.baseAddress, channels: channels, positions: positions,
      inverseNorms: space.inverseNorms.baseAddress)
    for channel in 0..<channels {
      for position in 0..<positions {
        space.keyRows.baseAddress[position * channels + channel] =
          space.key.baseAddress[channel * positions + position]
      }
    }
    return kernels.contrast(
      query: Floats(space.query.baseAddress), keyPlanes: Floats(space.key.baseAddress),
      keyRows: Floats(space.keyRows.baseAddress), sameRows: Floats(space.keyRows.baseAddress),
      inverseNorms: Floats(space.inverseNorms.baseAddress), positions: positions,
      inverseTemperature: 1 / Self.temperature, factor: Float(factor), gradient: gradient)
  }

  private final class Workspace {
    let query: AlignedBuffer<Float>
    let key: AlignedBuffer<Float>
    let keyRows: AlignedBuffer<Float>
    let inverseNorms: AlignedBuffer<Float>

    init(values: Int, positions: Int) {
      query = AlignedBuffer(count: values)
      key = AlignedBuffer(count: values)
      keyRows = AlignedBuffer(count: values)
      inverseNorms = AlignedBuffer(count: positions)
    }
  }
}
