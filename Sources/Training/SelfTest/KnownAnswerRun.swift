import Datasets
import Digests
import Files
internal import FoundationEssentials
import Imaging
import Inference
import Jobs
import Kernels
import MPI
import Phantoms
import Runs
import Settings
import Telemetry
import Training

/// Computes the known answers on this machine: a data set, its conversion, short runs of all methods
/// with dropout and augmentation, predictions. Under MPI the runs are shared out as any run is.
public final class KnownAnswerRun {
  /// Images of the data set; 3 of them for validation, which no even number of ranks shares evenly, and
  /// 7 labeled ones, fewer than a batch has places.
  static let imageCount = 27
  static let imageSize = 64
  private let world: Communicator
  /// Rank 0 by itself, on rank 0.
  private let alone: Communicator?
  private let images: Dataset
  /// On rank 0; the others write nothing.
  private let folder: String
  private let threadCount: Int?

  /// Collective.
  ///
  /// - Parameter threadCount: computing threads of each rank; nil for the cores it may use.
  public init(on world: Communicator, threadCount: Int?) throws {
    self.world = world
    self.threadCount = threadCount
    alone = try world.split(color: world.rank == 0 ? 0 : nil)
    images = try world.agree {
      try Phantom(count: Self.imageCount, size: Self.imageSize, seed: 7).dataset()
    }
    folder = try world.broadcast(
      world.agree {
        world.rank == 0 ? try FileSystem.makeTemporaryFolder(named: "switch-dist-selftest") : ""
      })
  }

  /// All results, in order; the same on every rank. Collective.
  ///
  /// - Parameter report: called on every rank as each is ready.
  public func run(_ report: (KnownAnswers.Answer) -> Void) throws -> KnownAnswers {
    defer { if world.rank == 0 { try? FileManager.default.removeItem(atPath: folder) } }
    var answers: [KnownAnswers.Answer] = []
    func add(_ name: String, _ digest: String) {
      let answer = KnownAnswers.Answer(name: name, digest: digest)
      answers.append(answer)
      report(answer)
    }
    add("phantom", try images.contentDigest())
    add("convert", try onRankZero(conversion))
    add("kernels", try kernels())
    for precision in Precision.allCases {
      for method in TrainingMethod.allCases {
        let name = "\(method.rawValue)-\(precision.rawValue)"
        add(name, try training(method, precision, name))
      }
      let weights = "\(folder)/switch-\(precision.rawValue)/self_best.h5"
      add("predict-\(precision.rawValue)", try onRankZero { try self.prediction(weights) })
    }
    return KnownAnswers(answers: answers)
  }

  // MARK: Results

  /// The data set written as PNG files and converted: every array of the file but the digests of its rows.
  private func conversion() throws -> String {
    try Phantom(count: Self.imageCount, size: Self.imageSize, seed: 7).writeFolder(dataFolder)
    let file = "\(folder)/set.h5"
    let source = try DatasetSource.open(dataFolder, imageSize: Self.imageSize)
    try DatasetFile.write(try source.loadAll(), to: file)
    return try ContentDigest.ofFile(file, excluding: [DatasetFile.rowDigestsName])
  }

  private var dataFolder: String { "\(folder)/set" }

  /// A few iterations of each phase, evaluations, checkpoints, test: all that a run's result is.
  private func training(
    _ method: TrainingMethod, _ precision: Precision, _ name: String
  ) throws -> String {
    var configuration = RunConfiguration()
    configuration.method = method
    configuration.precision = precision
    configuration.seed = 11
    configuration.data.imageSize = Self.imageSize
    configuration.data.labeledRatio = 0.4
    configuration.schedule.preIterations = 3
    configuration.schedule.selfIterations = 3
    configuration.schedule.evaluationInterval = 2
    configuration.execution.threadCount = threadCount
    configuration.execution.runDirectory = "\(folder)/\(name)"
    try configuration.validate(rankCount: world.size)
    let silence = Console(descriptor: -1, isInteractive: false, usesColor: false, isQuiet: true)
    let context = try RunContext(
      world: world, configuration: configuration, images: images, console: silence)
    guard try Training.run(context) == .finished else { throw RunStopped() }
    return try onRankZero { try Self.digest(of: context.folder) }
  }

  /// Of checkpoints and test scores.
  private static func digest(of run: RunFolder) throws -> String {
    var hash = SHA256()
    for path in run.checkpoints {
      hash.update("\(try ContentDigest.ofFile(path))\n")
    }
    hash.update(try ScoreTable(run.scores).original.csv())
    return hash.finalize()
  }

  /// Masks and probability maps of the data set's images, as pixels: after so few iterations the masks
  /// alone could be empty.
  private func prediction(_ weights: String) throws -> String {
    guard let alone else { return "" }
    var request = PredictionRequest(
      inference: InferenceOptions(weights: .files([weights])), inputs: ["\(dataFolder)/images"],
      output: "\(folder)/masks")
    request.probabilities = .png
    _ = try Prediction(request).run(on: alone)
    var hash = SHA256()
    for name in images.names {
      hash.update("\(name)\n")
      for path in [name, "probabilities/\(name)"] {
        hash.update(try PNG.decode(path: "\(folder)/masks/\(path)").image.pixels)
      }
    }
    return hash.finalize()
  }

  /// Of the kernels for losses and amplitudes.
  private func kernels() throws -> String {
    try world.agree { KernelProbe.kernelHash(try Compute(threads: 1)) }
  }

  // MARK: Files

  /// What rank 0 finds out, on all ranks.
  private func onRankZero(_ work: () throws -> String) throws -> String {
    try world.broadcast(world.agree { world.rank == 0 ? try work() : "" })
  }
}
