import Kernels
import Network
import Synchronization
import Tensors
import VectorInterface

/// The loss sums of a step as exact integers: for each group the 14 of the mix loss, then the
/// consistency and the contrastive sum. What is summed are the images' means, so that no size of image
/// makes a healthy loss too large (`FixedPoint.losses`).
package final class LossSums {
  enum Term {
    case mix
    case consistency
    case contrastive

    var count: Int { self == .mix ? MixLoss.sumCount : 1 }
    var offset: Int {
      switch self {
      case .mix: 0
      case .consistency: MixLoss.sumCount
      case .contrastive: MixLoss.sumCount + 1
      }
    }

    /// Numbers that an image's sum is made of.
    fileprivate func elements(pixels: Int) -> Double {
      switch self {
      case .mix: Double(pixels)
      case .consistency: Double(2 * pixels)
      case .contrastive: Double(UNet.featurePixels(pixels))
      }
    }
  }

  private static let perGroup = MixLoss.sumCount + 2
  private let workers: [AlignedBuffer64]
  private let scratch: [ScratchDoubles]
  private let refused = Atomic<Bool>(false)
  /// Mixtures of a step over all ranks.
  private let mixtures: Int
  private let pixels: Int

  /// - Parameter pixels: of an image.
  init(groups: Int, mixtures: Int, workers: Int, pixels: Int) {
    self.mixtures = mixtures
    self.pixels = pixels
    self.workers = (0..<workers).map { _ in AlignedBuffer64(count: groups * Self.perGroup) }
    scratch = (0..<workers).map { _ in ScratchDoubles() }
  }

  /// Whether a term was not finite or too large since `clear`.
  var hasOffender: Bool { refused.load(ordering: .relaxed) }

  func clear() {
    refused.store(false, ordering: .relaxed)
    for worker in workers { worker.buffer.fill(with: 0) }
  }

  /// Lets `body` write one image's sums, rounds the mean of each once and adds them.
  func add(_ term: Term, group: Int, worker: Int, _ body: (MutableDoubles) -> Void) {
    let space = scratch[worker]
    space.buffer.fill(with: 0)
    let sums = space.buffer.baseAddress
    body(sums)
    let target = workers[worker].buffer.baseAddress + group * Self.perGroup + term.offset
    let elements = term.elements(pixels: pixels)
    for k in 0..<term.count {
      if let units = FixedPoint.losses.units(sums[k] / elements, terms: mixtures) {
        target[k] &+= units
      } else {
        refused.store(true, ordering: .relaxed)
      }
    }
  }

  /// All workers' sums, in worker 0's memory.
  func collect() -> UnsafeMutableBufferPointer<Int64> {
    let total = workers[0].buffer.values
    for worker in workers.dropFirst() {
      for k in total.indices { total[k] &+= worker.buffer.baseAddress[k] }
    }
    return total
  }

  /// A group's sum over all elements of its images, after `collect` and the exchange.
  func value(_ term: Term, _ index: Int = 0, group: Int) -> Double {
    sumOfMeans(term, index, group: group) * term.elements(pixels: pixels)
  }

  /// The sum of its images' means.
  func sumOfMeans(_ term: Term, _ index: Int = 0, group: Int) -> Double {
    FixedPoint.losses.value(
      workers[0].buffer.baseAddress[group * Self.perGroup + term.offset + index])
  }

  private final class AlignedBuffer64 {
    let buffer: AlignedBuffer<Int64>
    init(count: Int) { buffer = AlignedBuffer(count: count) }
  }

  private final class ScratchDoubles {
    let buffer = AlignedBuffer<Double>(count: LossSums.perGroup)
  }
}
