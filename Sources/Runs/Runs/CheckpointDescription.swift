import HDF5
import Settings
import Telemetry

/// What a checkpoint says about itself, and the digest of its content.
public struct CheckpointDescription: Codable, Equatable, Sendable {
  public var format: String
  public var formatVersion: Int
  public var phase: String
  public var iteration: Int
  public var bestScore: Double?
  public var bestIteration: Int?
  /// Times that the run has gone back because it diverged; absent where it has not.
  public var rollbacks: Int?
  public var arithmeticVersion: Int
  public var sourceDigest: String
  /// Of what was read of the data; nil in files of versions that did not know it.
  public var contentDigest: String?
  public var toolVersion: String
  public var configuration: RunConfiguration
  /// Numbers in all data sets of the student, and whether there is a teacher.
  public var parameters: Int
  public var hasTeacher: Bool
  public var datasets: Int
  /// SHA-256 of the content, see `ContentDigest`; nil where only the header was read.
  public var digest: String?
  /// What of the file was compared with its seal.
  public var checked: HDF5File.Check

  init(path: String, _ wanted: HDF5File.Check) throws {
    let file = try HDF5File.open(path)
    checked = try file.verify(wanted).check
    let header = try CheckpointFile.readHeader(file, path)
    let names = try ContentDigest.datasets(in: file)
    format = CheckpointHeader.format
    formatVersion = try file.readAttribute("format_version", as: Int.self)
    phase = header.phase
    iteration = header.iteration
    bestScore = header.bestScore
    bestIteration = header.bestIteration
    rollbacks = header.rollbacks > 0 ? header.rollbacks : nil
    arithmeticVersion = header.arithmeticVersion
    sourceDigest = header.sourceDigest
    contentDigest = header.contentDigest
    toolVersion = header.toolVersion
    configuration = try header.settings(of: path)
    parameters = try names.filter { $0.hasPrefix("optimizer/momentum/") }.reduce(0) {
      $0 + (try file.readShape($1)).reduce(1, *)
    }
    hasTeacher = names.contains { $0.hasPrefix("teacher/") }
    datasets = names.count
    digest = wanted == .everything ? try ContentDigest.ofFile(path) : nil
  }

  func text() -> String {
    let best =
      bestScore.map {
        "\(decimalText($0 * 100, places: 2)) % at iteration \(bestIteration ?? 0)"
      } ?? "never evaluated"
    let cure =
      rollbacks.map {
        "\n  rollbacks             \($0), learning rate now from \(configuration.learningRate(rollbacks: $0))"
      } ?? ""
    let start = configuration.initialWeights.map { "\n  started on weights    \($0)" } ?? ""
    return """
      checkpoint of \(phase) after \(iteration) iterations, by switch-dist \(toolVersion)
        best validation Dice  \(best)
        parameters            \(parameters), \(hasTeacher ? "student and teacher" : "student")
        configuration         method \(configuration.method.rawValue), seed \(configuration.seed), \
      batch \(configuration.schedule.batchSize)
        arithmetic version    \(arithmeticVersion)
        source digest         \(sourceDigest)
        content digest        \(contentDigest ?? "not recorded")
        digest                \(digest ?? "not computed")
        checked               \(checked.words)
      """ + cure + start
  }
}
