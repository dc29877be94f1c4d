import RandomNumbers
import Tensors

/// The numbers of one model: parameters in one arena, running statistics in another.
public final class ModelState {
  public let layout: ParameterLayout
  public let parameters: AlignedBuffer<Float>
  /// Running means and variances, as `ParameterLayout.buffers` places them.
  public let running: AlignedBuffer<Float>
  /// `num_batches_tracked` of each batch norm.
  public var batchesTracked: [Int64]

  /// Zero parameters; running variances 1, as a fresh batch norm has.
  public init(layout: ParameterLayout) {
    self.layout = layout
    parameters = AlignedBuffer(count: layout.parameterCount)
    running = AlignedBuffer(count: layout.bufferCount)
    batchesTracked = [Int64](repeating: 0, count: layout.buffers.count)
    for slot in layout.buffers { for k in slot.variances { running.values[k] = 1 } }
  }

  /// Fresh weights, a function of the seed alone.
  public convenience init(layout: ParameterLayout, seed: UInt64) {
    self.init(layout: layout)
    for (index, slot) in layout.parameters.enumerated() {
      switch slot.initialization {
      case .constant(let value):
        for k in slot.range { parameters.values[k] = value }
      case .uniform(let fanIn):
        let bound = 1 / Double(fanIn).squareRoot()
        var stream = RandomStream(seed: seed, purpose: .initialization, slot: index)
        for k in slot.range {
          parameters.values[k] = Float(stream.uniform(in: -bound..<bound))
        }
      }
    }
  }

  /// Takes over another model's parameters, and its buffers too.
  public func assign(_ other: ModelState) {
    parameters.assign(other.parameters)
    running.assign(other.running)
    batchesTracked = other.batchesTracked
  }

  /// Values of one parameter tensor.
  public func values(of slot: ParameterSlot) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(rebasing: parameters.values[slot.range])
  }
}
