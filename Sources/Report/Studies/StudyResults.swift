import Files
import Metrics
import Runs
import Studies

/// What the runs of a study found.
struct StudyResults {
  /// Runs that differ in nothing but seed and fold.
  struct Group {
    /// On all axes but those of seeds and folds.
    let coordinates: [(axis: String, value: String)]
    let points: [StudyPoint]
    /// Of the points that are done.
    let runs: [(point: StudyPoint, recording: RunRecording)]

    subscript(axis: String) -> String? { coordinates.first { $0.axis == axis }?.value }

    /// The coordinates but one, as text.
    func place(without axis: String = "") -> String {
      coordinates.filter { $0.axis != axis }.map { "\($0.axis) \($0.value)" }
        .joined(separator: ", ")
    }

    var name: String {
      coordinates.isEmpty ? "all" : coordinates.map(\.value).joined(separator: " ")
    }

    /// Side of the images in pixels.
    var imageSize: Int { points.first?.configuration.data.imageSize ?? 0 }

    /// The seeds whose folds are all done, in the order of the plan.
    var seeds: [Seed] {
      var names: [String] = []
      for (point, _) in runs where !names.contains(Seed.name(of: point)) {
        names.append(Seed.name(of: point))
      }
      return names.compactMap { name in
        let folds = runs.filter { Seed.name(of: $0.point) == name }.map(\.recording)
        let planned = points.count { Seed.name(of: $0) == name }
        return folds.count == planned ? Seed(name: name, folds: folds) : nil
      }
    }
  }

  /// The runs of a group that share a seed: one, or one for each fold, whose images are taken together.
  struct Seed {
    let name: String
    let folds: [RunRecording]

    var rows: [ScoreTable.Row] { folds.flatMap(\.scores) }
    /// Of the data of each fold.
    var digests: [String?] { folds.map(\.sourceDigest) }

    static func name(of point: StudyPoint) -> String { point[StudyAxis.seed] ?? "" }
  }

  let study: Study
  let groups: [Group]
  let failures: [(point: StudyPoint, failure: StudyFailure)]
  /// Of the runs that were begun, by their names.
  let recordings: [String: RunRecording]
  let doneCount: Int

  /// Axes that values are taken together over.
  static let repetitions: Set = [StudyAxis.seed, StudyAxis.fold]

  init(_ study: Study) throws(FileError) {
    self.study = study
    var failures: [(StudyPoint, StudyFailure)] = []
    var recordings: [String: RunRecording] = [:]
    var done: Set<String> = []
    for point in study.points {
      switch study.state(of: point) {
      case .done:
        recordings[point.name] = try RunRecording(study.folder.run(point).path)
        done.insert(point.name)
        continue
      case .failed(let failure): failures.append((point, failure))
      case .waiting, .begun, .running: break
      }
      // Of a run that is not done nothing needs to be there, or whole.
      recordings[point.name] = try? RunRecording(study.folder.run(point).path)
    }
    self.failures = failures
    self.recordings = recordings
    doneCount = done.count
    groups = Self.grouped(study.points, recordings.filter { done.contains($0.key) })
  }

  private static func grouped(
    _ points: [StudyPoint], _ recordings: [String: RunRecording]
  ) -> [Group] {
    var names: [String] = []
    var members: [String: [StudyPoint]] = [:]
    func coordinates(_ point: StudyPoint) -> [(axis: String, value: String)] {
      point.coordinates.filter { !repetitions.contains($0.axis) }
    }
    for point in points {
      let name = coordinates(point).map { "\($0.axis)=\($0.value)" }.joined(separator: ",")
      if members[name] == nil { names.append(name) }
      members[name, default: []].append(point)
    }
    return names.compactMap { name in
      guard let points = members[name], let first = points.first else { return nil }
      let runs = points.compactMap { point in
        recordings[point.name].map { (point: point, recording: $0) }
      }
      return Group(coordinates: coordinates(first), points: points, runs: runs)
    }
  }
}
