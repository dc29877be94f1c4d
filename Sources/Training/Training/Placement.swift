import Jobs
import Kernels
import Network
import Settings

/// How many processes and threads a run has use for on this machine, and what it takes, for the scripts that
/// start it: they believe the program and count nothing themselves.
public struct Placement: Equatable, Sendable {
  /// Where the run writes.
  public let runDirectory: String
  /// Cores this process may use.
  public let cores: Int
  /// No rank is without a pair of images up to here.
  public let mostRanks: Int
  public let ranks: Int
  /// Of each rank; nil where the options say it.
  public let threads: Int?
  /// Memory to ask a queueing system for, of each rank.
  public let mebibytes: Int

  /// Ranks that are started where nobody says how many: more gain little with the usual batch.
  private static let usualRanks = 8
  /// Bytes of a process before it plans a network: the program, its libraries and the data set's lists, about.
  private static let beginning = 192 << 20

  /// - Parameter ranks: how many there will be; nil for as many as are useful on these cores.
  public init(
    _ configuration: RunConfiguration, ranks: Int? = nil, cores: Int = UsableCores().count
  ) throws {
    runDirectory = configuration.runDirectory
    self.cores = cores
    mostRanks = configuration.pairCount
    let count = ranks ?? max(1, min(cores, mostRanks, Self.usualRanks))
    self.ranks = count
    let share = max(1, cores / count)
    threads = configuration.execution.threadCount == nil ? share : nil
    let need = try MemoryNeed(
      configuration: configuration, ranks: min(count, mostRanks),
      compute: Compute(
        threads: configuration.execution.threadCount ?? share, precision: configuration.precision),
      network: UNet(.init(imageSize: configuration.data.imageSize))
    ).bytes()
    mebibytes = (need + Self.beginning) >> 20 + configuration.execution.cacheMebibytes
  }

  /// `NAME=VALUE` lines, as shells read them.
  public var text: String {
    let threads = threads.map { ["threads=\($0)"] } ?? []
    let lines = [
      "run-dir=\(runDirectory)", "cores=\(cores)", "ranks=\(ranks)", "most-ranks=\(mostRanks)",
      "mebibytes=\(mebibytes)",
    ]
    return (lines + threads).joined(separator: "\n")
  }
}
