import Checks
import Datasets
import Files
import Jobs
import Kernels
import Logging
import MPI
import Methods
import Network
import RandomNumbers
import Runs
import Settings
import Telemetry

/// What a run works with on one rank: its data, its network, its threads, its log.
package final class RunContext {
  package let world: Communicator
  package let configuration: RunConfiguration
  package let folder: RunFolder
  package let dataset: Dataset
  /// Of what was read, see `Dataset.contentDigest`.
  let contentDigest: String
  /// What is strange about the masks of the labeled part, in words.
  package let masksInDoubt: [String]
  package let compute: Compute
  package let network: UNet
  let probe: KernelProbe.Outcome
  let log: Logger
  let stopRequest: StopRequest?
  let console: Console
  /// Of the run's folder, on rank 0 where the run writes to it.
  let lock: LockFile?
  /// Whether nothing refuses the run any more; until then its records are not touched.
  package var isAccepted = false
  /// As checkpoints carry it.
  let checkpointJSON: String

  /// Collective: all ranks come here with the same configuration, and fail together.
  ///
  /// - Parameters:
  ///   - images: what to train on instead of the configuration's data set; the same on all ranks.
  ///   - console: where lines go; by default standard error.
  ///   - stopRequest: hears whether the run is to stop; nil where nobody asks.
  package init(
    world: Communicator, configuration: RunConfiguration, images: Dataset? = nil,
    console: Console? = nil, stopRequest: StopRequest? = nil
  ) throws {
    self.stopRequest = stopRequest
    self.world = world
    self.configuration = configuration
    checkpointJSON = try configuration.checkpointJSON()
    let folder = RunFolder(configuration.runDirectory)
    self.folder = folder
    let console = console ?? Console(isQuiet: configuration.execution.isQuiet)
    self.console = console
    let lock = try Self.claim(folder, configuration, on: world)
    self.lock = lock
    try world.agree {
      if world.rank == 0 { try Self.requireSameSettings(folder, configuration) }
    }
    let file = try world.agree { () -> LineFile? in
      guard let lock else { return nil }
      // Another run may have been there between the look and the lock.
      try Self.check(folder, configuration)
      for part in folder.folders { lock.removeLeftovers(in: part) }
      return try LineFile(path: folder.log)
    }
    let log = Logger.forRun(rank: world.rank, console: console, file: file)
    self.log = log
    Self.speak(for: world, through: log, path: folder.log)
    world.activity.enter(.loading)
    if let note = lock?.note { log.info("\(note)") }
    dataset = try images ?? DatasetLoading.load(world: world, configuration: configuration)
    contentDigest = try dataset.contentDigest()
    try DatasetLoading.requireEqualContent(contentDigest, on: world)
    masksInDoubt = try Self.judgeMasks(of: dataset, configuration, on: world)
    let cores = try CoreCount.share(of: world)
    let threads = configuration.execution.threadCount ?? cores
    for note in try CoreCount.notes(of: world) { log.warning("\(note)") }
    if threads > cores {
      log.info("\(threads) threads in a rank that has \(cores) of the cores wait for each other")
    }
    let compute = try world.agree {
      try Compute(threads: threads, precision: configuration.precision)
    }
    self.compute = compute
    let network = UNet(.init(imageSize: configuration.data.imageSize))
    self.network = network
    if !configuration.execution.testsOnly {
      try MemoryNeed(
        configuration: configuration, ranks: world.size, compute: compute, network: network
      ).check(on: world)
    }
    probe = try world.agree { try KernelProbe.run(network: network, compute: compute) }
    try KernelProbe.requireAgreement(on: probe.hash, world: world)
  }

  /// Whether any rank was asked to stop until now. Collective.
  func isAskedToStop() throws -> Bool {
    try world.allReduceMax(UInt8(stopRequest?.isSet == true ? 1 : 0)) == 1
  }

  /// Keeps a process that lost the folder to another one from writing there. For rank 0, before each file.
  func requireLock() throws(SharedFailure) {
    if let loss = lock?.findLoss() { throw SharedFailure(message: loss) }
  }

  /// Lets the run's records say why it ends, as far as they can be written.
  func record(_ failure: SharedFailure) {
    guard isAccepted, let lock, lock.findLoss() == nil, !configuration.execution.testsOnly,
      let metrics = try? MetricsWriter(path: folder.metrics)
    else { return }
    try? metrics.append(RunEvent.failed.rawValue, [RunField.message: .text(failure.description)])
  }

  /// Keeps a run that lies there from being overwritten.
  private static func check(
    _ folder: RunFolder, _ configuration: RunConfiguration
  ) throws(FileError) {
    let execution = configuration.execution
    if execution.testsOnly || execution.resumes {
      guard execution.testsOnly ? folder.holdsRun : folder.holdsBeginning else {
        throw FileError(
          folder.path,
          "no run to \(execution.testsOnly ? "test" : "resume") there; "
            + "name another with --exp or --run-dir")
      }
    } else if folder.holdsRun {
      throw FileError(
        folder.path,
        "a run lies there already; go on with it by --resume, test it by --test, "
          + "or name another with --exp or --run-dir")
    }
  }

  /// Refuses other settings than those of the run that lies there before any image is read; where its
  /// checkpoints cannot be read, whoever needs them says so.
  private static func requireSameSettings(
    _ folder: RunFolder, _ configuration: RunConfiguration
  ) throws(FileError) {
    let execution = configuration.execution
    guard execution.testsOnly || execution.resumes else { return }
    let paths =
      execution.testsOnly
      ? [try? folder.weightsToTest()].compactMap { $0 }
      : folder.resumablePhases.flatMap(folder.states)
    for path in paths {
      guard let header = try? CheckpointFile.readHeader(path, checking: .header) else { continue }
      if execution.testsOnly {
        return try header.checkSettings(
          path, "tested", configuration, in: folder, where: RunConfiguration.decidesTest)
      }
      return try header.checkSettings(
        path, "resumed", configuration, in: folder, where: header.mustStay(in: configuration))
    }
    if execution.resumes { try requireSameBeginning(folder, configuration) }
  }

  /// A run without a readable checkpoint starts over, which is to be the same run.
  private static func requireSameBeginning(
    _ folder: RunFolder, _ configuration: RunConfiguration
  ) throws(FileError) {
    guard let own = try? RunConfiguration(ofRun: folder) else { return }
    let differences = configuration.differences(from: own) { !DivergenceConfiguration.holds($0) }
    guard !differences.isEmpty else { return }
    throw FileError(
      folder.configuration,
      "cannot be resumed with other settings: \(differences.joined(separator: "; ")); give these as they "
        + "were, or begin another run with --exp or --run-dir")
  }

  /// Makes the folder and keeps it for this run. Collective.
  private static func claim(
    _ folder: RunFolder, _ configuration: RunConfiguration, on world: Communicator
  ) throws -> LockFile? {
    try JobLock.take(
      on: world, against: "another run", remedy: "name another with --exp or --run-dir"
    ) {
      try check(folder, configuration)
      guard !configuration.execution.isDryRun else { return nil }
      try FileSystem.makeFolder(folder.path)
      return folder.path
    }
  }

  /// Lets what the watch has to say stand in the run's log, too. A rank that has lost rank 0 adds it
  /// there itself, where it sees the folder.
  private static func speak(for world: Communicator, through log: Logger, path: String) {
    let rank = world.rank
    world.watch?.speak { notice in
      guard rank > 0 else {
        return log.log(level: notice.endsJob ? .error : .warning, "\(notice.text)")
      }
      let text = "rank \(rank): \(notice.text)"
      log.error("\(text)")
      if FileSystem.exists(path) { try? LineFile(path: path).append(text) }
    }
  }

  /// Refuses to train on a labeled part without lesions. Collective.
  ///
  /// - Returns: what a user should know.
  private static func judgeMasks(
    of dataset: Dataset, _ configuration: RunConfiguration, on world: Communicator
  ) throws -> [String] {
    guard let name = configuration.data.dataset, !configuration.execution.testsOnly else {
      return []
    }
    let train = dataset.splits.train
    let count = TwoStreamSampler.labeledCount(
      ratio: configuration.data.labeledRatio, of: train.count)
    let masks = try world.agree {
      let masks = try MaskGroup(of: train.prefix(count), in: dataset)
      if let lack = masks.labeledLack { throw FileError(name, lack.line) }
      return masks
    }
    return [masks.invertedLook(of: "the labeled part")].compactMap { $0?.line }
  }

  /// Training images whose labels are used: the first ones of the list.
  package var labeledCount: Int {
    TwoStreamSampler.labeledCount(
      ratio: configuration.data.labeledRatio, of: dataset.splits.train.count)
  }

  /// Finds out before the first phase whether there are images for the batches of all phases.
  /// Collective.
  func checkBatches() throws {
    try world.agree {
      for plan in trainedPhases { _ = try SampleSource(context: self, plan: plan, wanted: []) }
      _ = try PseudoLabelWatch(self)
    }
  }

  /// Which images come round within a batch, in words.
  var repetitions: [String] {
    let sources = trainedPhases.map { try? SampleSource(context: self, plan: $0, wanted: []) }
    return sources.last.flatMap { $0?.repetitions } ?? []
  }

  private var trainedPhases: [PhasePlan] {
    configuration.execution.testsOnly
      ? [] : configuration.phases.filter { configuration.iterations(of: $0.phase) > 0 }
  }

  package func header(
    phase: Phase, progress: PhaseProgress
  ) -> CheckpointHeader {
    CheckpointHeader(
      configuration: checkpointJSON, phase: phase.name, iteration: progress.iteration,
      bestScore: progress.bestScore, bestIteration: progress.bestIteration,
      rollbacks: progress.rollbacks,
      arithmeticVersion: ArithmeticVersion.current, sourceDigest: dataset.sourceDigest,
      contentDigest: contentDigest,
      toolVersion: toolVersion)
  }
}

/// How far a phase is.
package struct PhaseProgress: Equatable, Sendable {
  /// Iterations done.
  var iteration = 0
  var bestScore: Double?
  var bestIteration: Int?
  /// Times that the run, in this phase and those before, has gone back because it diverged.
  var rollbacks = 0
}
