import Files
import Jobs
public import MPI

/// Examines everything around a run that can be wrong, on all ranks of a job.
public struct DoctorRun {
  /// What is examined as the folder that runs are written to.
  public var folder: String
  /// Computing threads of each rank; nil for the cores it may use.
  public var threads: Int?
  /// Without the known answers.
  public var isQuick: Bool

  public init(folder: String, threads: Int?, isQuick: Bool) {
    self.folder = folder
    self.threads = threads
    self.isQuick = isQuick
  }

  /// Where runs would go that are given no folder.
  public static var usualFolder: String { FileSystem.isFolder("runs") ? "runs" : "." }

  private var examinations: [any Examination] {
    let quick: [any Examination] = [
      LibraryExamination(), ProcessorExamination(), CoreExamination(), EnvironmentExamination(),
      LimitExamination(), MemoryExamination(), TransportExamination(), SharedMemoryExamination(),
      KernelExamination(), AllReduceExamination(), ClockExamination(), FolderExamination(),
      VisibilityExamination(), LockExamination(), DurabilityExamination(), CheckpointExamination(),
      TemporaryFolderExamination(),
    ]
    return isQuick ? quick : quick + [KnownAnswerExamination()]
  }

  /// Collective; all ranks get the same.
  ///
  /// - Parameters:
  ///   - settings: what all ranks must have been asked for.
  ///   - report: called on every rank with each finding as soon as it is there.
  public func run(
    on world: Communicator, settings: [SharedFact], report: (Diagnosis.Entry) -> Void
  ) throws -> Diagnosis {
    var diagnosis = Diagnosis()
    func add(_ entries: [Diagnosis.Entry]) {
      diagnosis.findings += entries
      entries.forEach(report)
    }
    // The first exchanges are those of every command: ranks of other programs are refused by them.
    try world.agree {}
    let (program, isOne) = ProgramExamination(settings: settings).examine(world)
    add(Diagnosis.entries(of: [program], hosts: [Communicator.hostName]))
    guard isOne else { return diagnosis }
    let job = try ExaminedJob(world, folder: folder, threads: threads)
    for examination in [LaunchExamination()] + examinations {
      add(try entries(of: examination, job))
    }
    return diagnosis
  }

  private func entries(
    of examination: any Examination, _ job: ExaminedJob
  ) throws -> [Diagnosis.Entry] {
    job.world.activity.enter(.examination)
    let own = try JSON.text(of: try examination.examine(job))
    let all = try job.world.allGather(own)
    return Diagnosis.entries(
      of: try all.map { try JSON.value([Finding].self, of: $0) }, hosts: job.hosts)
  }
}
