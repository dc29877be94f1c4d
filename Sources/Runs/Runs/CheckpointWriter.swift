import Dispatch
import Files
import Learning
import Network
import Synchronization

/// Writes checkpoints on a thread of its own while training goes on: the state is copied, into memory
/// that is reserved once, and the copy is written.
package final class CheckpointWriter {
  /// A file to write, and what the one that is there is called from then on.
  package struct Target: Sendable {
    package var path: String
    package var previous: String?

    package init(_ path: String, keeping previous: String? = nil) {
      self.path = path
      self.previous = previous
    }
  }

  private let copy: StateCopy
  private let queue = DispatchQueue(label: "checkpoint")
  private let isUnderWay = DispatchGroup()

  /// - Parameters:
  ///   - layout: of the models of every state to be written.
  ///   - record: what is on the medium before a checkpoint is: a run that goes on from one does not write
  ///     again what was before it.
  package init(layout: ParameterLayout, record: LineFile) {
    copy = StateCopy(layout: layout, record: record)
  }

  /// What is being written is finished before its memory goes.
  deinit { isUnderWay.wait() }

  /// Why a file could not be written; nothing is written after that.
  package var failure: FileError? { copy.failure.withLock { $0 } }

  /// Copies the state and starts writing it to each of the files in turn. Waits for a write under way.
  ///
  /// - Throws: what a write before could not do.
  package func start(
    _ state: TrainingState, header: CheckpointHeader, to targets: [Target]
  ) throws(FileError) {
    try wait()
    copy.take(state)
    queue.async(group: isUnderWay) { [copy] in copy.write(header, to: targets) }
  }

  /// Waits until nothing is being written.
  package func wait() throws(FileError) {
    isUnderWay.wait()
    if let failure { throw failure }
  }
}

/// What is being written. It belongs to the writing thread until that is done, and to the owner of the
/// writer, who waits for it, before and after that.
private final class StateCopy: @unchecked Sendable {
  private let student: ModelState
  private let teacher: ModelState
  private let optimizer: MomentumOptimizer
  private var hasTeacher = false
  private let record: LineFile
  let failure = Mutex<FileError?>(nil)

  init(layout: ParameterLayout, record: LineFile) {
    self.record = record
    student = ModelState(layout: layout)
    teacher = ModelState(layout: layout)
    optimizer = MomentumOptimizer(layout: layout, weightDecay: 0)
  }

  func take(_ state: TrainingState) {
    student.assign(state.student)
    if let other = state.teacher { teacher.assign(other) }
    hasTeacher = state.teacher != nil
    optimizer.momentum.assign(state.optimizer.momentum)
  }

  func write(_ header: CheckpointHeader, to targets: [CheckpointWriter.Target]) {
    let state = TrainingState(
      student: student, teacher: hasTeacher ? teacher : nil, optimizer: optimizer)
    do throws(FileError) {
      try record.synchronize()
      for target in targets {
        try CheckpointFile.write(state, header: header, to: target.path, keeping: target.previous)
      }
    } catch {
      failure.withLock { $0 = error }
    }
  }
}
