import Runs
import Studies

extension StudyTable {
  /// Runs that stand together in the table though they were not made alike.
  static func warnings(_ results: StudyResults) -> [String] {
    var warnings = results.groups.compactMap(changedData) + compared(results).compactMap(unlikeData)
    let versions = Set(results.groups.flatMap(\.runs).flatMap(\.recording.arithmeticVersions))
    if versions.count > 1 {
      warnings.append(
        "runs of the arithmetic versions \(versions.sorted().joined(separator: ", ")) stand together: "
          + "repeat those of the older one")
    }
    return warnings
  }

  /// Whether the data of a setting changed from seed to seed; folds are other data by themselves.
  private static func changedData(_ group: StudyResults.Group) -> String? {
    var digests: [String: Set<String?>] = [:]
    for (point, recording) in group.runs {
      digests[point[StudyAxis.fold] ?? "", default: []].insert(recording.sourceDigest)
    }
    guard digests.values.contains(where: { $0.count > 1 }) else { return nil }
    return
      "the runs of \(group.name) saw different data, though under one name: runs.csv has the digests; "
      + "repeat those of the older data"
  }

  /// Whether two settings cannot be compared because of their data.
  private static func unlikeData(_ compared: Compared) -> String? {
    let others = compared.other.seeds
    let seeds = compared.own.seeds.filter { seed in
      others.contains { $0.name == seed.name && $0.digests != seed.digests }
    }
    guard !seeds.isEmpty else { return nil }
    return
      "\(compared.own.name) and \(compared.other.name) saw different data and are not compared "
      + "on seeds " + seeds.map(\.name).joined(separator: ", ")
  }
}
