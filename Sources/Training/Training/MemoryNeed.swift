import Jobs
import Kernels
import MPI
import Network
import Settings

/// The memory that the networks of a run take on one rank, planned without taking it, so that a run that
/// cannot fit is refused before it begins.
package struct MemoryNeed {
  let configuration: RunConfiguration
  /// In the world.
  let ranks: Int
  let compute: Compute
  let network: UNet

  package init(configuration: RunConfiguration, ranks: Int, compute: Compute, network: UNet) {
    self.configuration = configuration
    self.ranks = ranks
    self.compute = compute
    self.network = network
  }

  /// Bytes that a process with so many threads takes whatever it trains, about.
  package static func leastBytes(threads: Int) -> Int { overhead + threads * threadOverhead }

  /// Bytes of a process for stacks, libraries' buffers and batches, about, and the same for each thread.
  private static let overhead = 64 << 20
  private static let threadOverhead = 16 << 20
  /// Copies of the parameters: student, teacher and momentum, for training and for the checkpoint under way,
  /// gradients, and one for a pass of sums.
  private static let models = 9

  /// Refuses what does not fit, with what would. Collective.
  func check(on world: Communicator) throws {
    let node = try world.splitByNode()
    let limit = MemoryLimit.tightest(sharers: node.size)
    try world.agree {
      guard let limit, let refusal = try refusal(under: limit) else { return }
      throw ConfigurationError("\(refusal.text); \(refusal.advice)")
    }
  }

  /// Why a limit does not allow the run, and what would fit; nil where it does.
  package func refusal(
    under limit: MemoryLimit
  ) throws(KernelError) -> (text: String, advice: String)? {
    let need = try bytes()
    guard need > limit.bytes else { return nil }
    return (
      "training needs about \(need >> 20) MiB more in each rank, but \(limit.name) leaves"
        + " \(limit.bytes >> 20) MiB", try advice(limit)
    )
  }

  /// Bytes, of the phase that takes most.
  package func bytes() throws(KernelError) -> Int {
    var largest = 0
    for plan in configuration.phases where configuration.iterations(of: plan.phase) > 0 {
      let mixtures = (plan.mixtures.count + ranks - 1) / ranks
      var bytes = try NetworkRunner.plannedBytes(
        compute: compute, network: network, mode: .training,
        capacity: mixtures * (plan.hasRestoredViews ? 2 : 1), groups: plan.studentGroupCount)
      if plan.usesTeacher {
        bytes += try NetworkRunner.plannedBytes(
          compute: compute, network: network, mode: .batchStatistics, capacity: mixtures,
          groups: plan.groups.count)
      }
      largest = max(largest, bytes)
    }
    let evaluation = try NetworkRunner.plannedBytes(
      compute: compute, network: network, mode: .evaluation, capacity: compute.pool.count)
    return largest + evaluation + Self.models * 4 * network.graph.layout.parameterCount
      + Self.leastBytes(threads: compute.pool.count)
  }

  // MARK: What would fit

  private func advice(_ limit: MemoryLimit) throws(KernelError) -> String {
    var remedies: [String] = []
    if let size = try largestBatch(limit) { remedies.append("--batch-size \(size)") }
    if configuration.precision == .fp32, try with(precision: .bf16).bytes() <= limit.bytes {
      remedies.append("--precision bf16")
    }
    if let more = try fewestRanks(limit) { remedies.append("\(more) ranks with as much each") }
    guard remedies.isEmpty else {
      return "what would fit: \(remedies.joined(separator: ", or "))"
    }
    return "no batch size, precision or number of ranks makes it fit: take a smaller --img-size"
  }

  private func largestBatch(_ limit: MemoryLimit) throws(KernelError) -> Int? {
    let fours = try Self.last(of: 0..<(configuration.schedule.batchSize / 4)) {
      fours throws(KernelError) in try with(batchSize: 4 * fours).bytes() <= limit.bytes
    }
    return fours > 0 && 2 * fours >= ranks ? 4 * fours : nil
  }

  private func fewestRanks(_ limit: MemoryLimit) throws(KernelError) -> Int? {
    guard ranks < configuration.pairCount else { return nil }
    let tooFew = try Self.last(of: ranks..<(configuration.pairCount + 1)) {
      count throws(KernelError) in try with(ranks: count).bytes() > limit.bytes
    }
    return tooFew < configuration.pairCount ? tooFew + 1 : nil
  }

  /// The last number for which `holds`, as it does for the first and all up to some number.
  private static func last(
    of range: Range<Int>, where holds: (Int) throws(KernelError) -> Bool
  ) throws(KernelError) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    while high - low > 1 {
      let middle = (low + high) / 2
      if try holds(middle) { low = middle } else { high = middle }
    }
    return low
  }

  private func with(
    batchSize: Int? = nil, precision: Precision? = nil, ranks: Int? = nil
  ) throws(KernelError) -> MemoryNeed {
    var other = configuration
    if let batchSize { other.schedule.batchSize = batchSize }
    return MemoryNeed(
      configuration: other, ranks: ranks ?? self.ranks,
      compute: try precision.map { precision throws(KernelError) in
        try Compute(threads: compute.pool.count, precision: precision)
      } ?? compute, network: network)
  }
}
