import Files
import Learning
import Methods
import Network
import Settings

/// What a checkpoint says about itself: nothing that could differ between rank counts.
public struct CheckpointHeader: Equatable, Sendable {
  public static let format = "switch-dist checkpoint"
  public static let version = 2

  /// `RunConfiguration.checkpointJSON` of the run.
  public var configuration: String
  /// `Phase.name`.
  public var phase: String
  /// Iterations of the phase that are done.
  public var iteration: Int
  /// Best validation Dice of the phase so far and the iteration that reached it.
  public var bestScore: Double?
  public var bestIteration: Int?
  /// Times that the run has gone back because it diverged: each halves the learning rate.
  public var rollbacks: Int
  /// `ArithmeticVersion` of the program that wrote it.
  public var arithmeticVersion: Int
  /// `Dataset.sourceDigest` of the data it was trained on.
  public var sourceDigest: String
  /// `Dataset.contentDigest` of it; nil in files of versions that did not know it.
  public var contentDigest: String?
  public var toolVersion: String

  public init(
    configuration: String, phase: String, iteration: Int, bestScore: Double?,
    bestIteration: Int?, rollbacks: Int = 0, arithmeticVersion: Int, sourceDigest: String,
    contentDigest: String?,
    toolVersion: String
  ) {
    self.configuration = configuration
    self.phase = phase
    self.iteration = iteration
    self.bestScore = bestScore
    self.bestIteration = bestIteration
    self.rollbacks = rollbacks
    self.arithmeticVersion = arithmeticVersion
    self.sourceDigest = sourceDigest
    self.contentDigest = contentDigest
    self.toolVersion = toolVersion
  }
}

extension CheckpointHeader {
  /// The settings of the run.
  ///
  /// - Parameter path: of the checkpoint, for the message.
  public func settings(of path: String) throws(FileError) -> RunConfiguration {
    do {
      return try RunConfiguration(json: configuration)
    } catch {
      throw FileError(path, "the configuration it keeps cannot be read: \(error)")
    }
  }
}

/// The trained state: borrowed models and momentum, written and read under the published names.
public struct TrainingState {
  public let student: ModelState
  /// Only in self-training.
  public let teacher: ModelState?
  public let optimizer: MomentumOptimizer

  public init(student: ModelState, teacher: ModelState?, optimizer: MomentumOptimizer) {
    self.student = student
    self.teacher = teacher
    self.optimizer = optimizer
  }
}
