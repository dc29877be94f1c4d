import Files
import MPI

/// All that was found, each thing once with the ranks that found it.
public struct Diagnosis: Codable, Equatable, Sendable {
  /// A finding and whose it is.
  public struct Entry: Codable, Equatable, Sendable {
    public var name: String
    public var status: Finding.Status
    public var text: String
    public var advice: String
    /// Ranks that found it; none where it is true of the whole job.
    public var ranks: [Int]
    /// Their hosts, each once.
    public var hosts: [String]
    public var measures: [String: Double]
    /// Such as `ranks 0-3 (node-a)`; empty for the whole job, and where there is one rank.
    public var place: String
  }

  public internal(set) var findings: [Entry] = []
  public var ok: Int { count(.ok) }
  public var warnings: Int { count(.warn) }
  public var failures: Int { count(.fail) }

  private func count(_ status: Finding.Status) -> Int { findings.count { $0.status == status } }

  /// Whether the set-up is to be refused.
  ///
  /// - Parameter isStrict: for warnings, too.
  public func refuses(isStrict: Bool) -> Bool { failures > 0 || isStrict && warnings > 0 }

  /// What the ranks found in one examination, each thing once, in the order of the ranks.
  ///
  /// - Parameter found: of each rank.
  static func entries(of found: [[Finding]], hosts: [String]) -> [Entry] {
    var distinct: [(finding: Finding, ranks: [Int])] = []
    for (rank, findings) in found.enumerated() {
      for finding in findings where rank == 0 || !finding.isOfJob {
        if let index = distinct.firstIndex(where: { $0.finding == finding }) {
          distinct[index].ranks.append(rank)
        } else {
          distinct.append((finding, [rank]))
        }
      }
    }
    return distinct.map { entry($0.finding, ranks: $0.ranks, hosts: hosts) }
  }

  private static func entry(_ finding: Finding, ranks: [Int], hosts: [String]) -> Entry {
    let ranks = finding.isOfJob ? [] : ranks
    var places: [String] = []
    for rank in ranks where !places.contains(hosts[rank]) { places.append(hosts[rank]) }
    return Entry(
      name: finding.name, status: finding.status, text: finding.text, advice: finding.advice,
      ranks: ranks, hosts: places, measures: finding.measures,
      place: ranks.isEmpty || hosts.count == 1 ? "" : Communicator.naming(ranks, hosts: hosts))
  }
}
