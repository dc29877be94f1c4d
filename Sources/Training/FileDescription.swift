import Datasets
internal import FoundationEssentials
import HDF5
import Network

/// What `inspect` shows of a file.
public enum FileDescription: Sendable {
  case dataset(DatasetDescription)
  case checkpoint(CheckpointDescription)

  /// - Throws: when the file is neither, or damaged.
  public init(path: String) throws {
    if CheckpointFile.recognizes(path) {
      self = .checkpoint(try CheckpointDescription(path: path))
    } else if !RunFolder.exists(path) {
      throw CheckpointError(path, "no such file")
    } else {
      self = .dataset(try DatasetFile.describe(path))
    }
  }

  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    switch self {
    case .dataset(let description):
      return String(decoding: try encoder.encode(description), as: UTF8.self)
    case .checkpoint(let description):
      return String(decoding: try encoder.encode(description), as: UTF8.self)
    }
  }

  public func text() -> String {
    switch self {
    case .dataset(let file):
      """
      data set \(file.name), \(file.complete ? "complete" : "incomplete")
        images         \(file.images) of \(file.imageSize)×\(file.imageSize), \(file.masks) with mask
        splits         \(file.train) train, \(file.validation) val, \(file.test) test
        source digest  \(file.sourceDigest)
      """ + file.notes.map { "\n  note           \($0)" }.joined()
    case .checkpoint(let file): file.text()
    }
  }
}

/// What a checkpoint says about itself, and the digest of its content.
public struct CheckpointDescription: Codable, Equatable, Sendable {
  public var format: String
  public var formatVersion: Int
  public var phase: String
  public var iteration: Int
  public var bestScore: Double?
  public var bestIteration: Int?
  public var kernelHash: String
  public var sourceDigest: String
  public var toolVersion: String
  public var configuration: RunConfiguration
  /// Numbers in all data sets of the student, and whether there is a teacher.
  public var parameters: Int
  public var hasTeacher: Bool
  public var datasets: Int
  /// SHA-256 of the content, see `ContentDigest`.
  public var digest: String

  init(path: String) throws {
    let header = try CheckpointFile.readHeader(path)
    let file = try HDF5File.open(path)
    let names = try ContentDigest.datasets(in: file)
    format = CheckpointHeader.format
    formatVersion = CheckpointHeader.version
    phase = header.phase.name
    iteration = header.iteration
    bestScore = header.bestScore
    bestIteration = header.bestIteration
    kernelHash = header.kernelHash
    sourceDigest = header.sourceDigest
    toolVersion = header.toolVersion
    configuration = try RunConfiguration(json: header.configuration)
    parameters = try names.filter { $0.hasPrefix("optimizer/momentum/") }.reduce(0) {
      $0 + (try file.readShape($1)).reduce(1, *)
    }
    hasTeacher = names.contains { $0.hasPrefix("teacher/") }
    datasets = names.count
    digest = try ContentDigest.ofFile(path)
  }

  func text() -> String {
    let best = bestScore.map { "\($0) at iteration \(bestIteration ?? 0)" } ?? "never evaluated"
    let start = configuration.initialWeights.map { "\n  started on weights    \($0)" } ?? ""
    return """
      checkpoint of \(phase) after \(iteration) iterations, by switch-dist \(toolVersion)
        best validation Dice  \(best)
        parameters            \(parameters), \(hasTeacher ? "student and teacher" : "student")
        configuration         method \(configuration.method.rawValue), seed \(configuration.seed), \
      batch \(configuration.schedule.batchSize)
        kernel hash           \(kernelHash)
        source digest         \(sourceDigest)
        digest                \(digest)
      """ + start
  }
}
