import Kernels

/// A task of the computing threads with an argument that says what one run of it is about: made
/// once, so that a run allocates nothing. The threads only read the argument.
final class PassTask<Argument> {
  private final class Slot {
    var argument: Argument?
  }

  private let slot: Slot
  private let task: WorkerTask

  init(_ body: @escaping (_ argument: Argument, _ worker: Int, _ item: Int) -> Void) {
    let slot = Slot()
    self.slot = slot
    task = WorkerTask { worker, item in
      if let argument = slot.argument { body(argument, worker, item) }
    }
  }

  /// Does the task for each item in 0..<items and returns when all are done.
  func run(_ items: Int, of argument: Argument, on pool: WorkerPool) {
    slot.argument = argument
    pool.run(items, task)
    slot.argument = nil
  }
}
