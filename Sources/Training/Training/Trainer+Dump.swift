import Imaging
import Learning
import Methods
import Settings

extension Trainer {
  /// Gathers a step that has just been run, if it is the one asked for. Collective.
  func dump(_ step: TrainingStep, iteration: Int, losses: StepLosses) throws -> IterationDump? {
    let asked = DumpRequest(phase: step.plan.phase, iteration: iteration + 1)
    guard dumpRequest == asked else { return nil }
    var dump = IterationDump(plan: step.plan, iteration: asked.iteration)
    try dump.gather(step, context, losses: losses)
    dump.addWeights(replica.student, to: "10_weight_norms_before")
    return dump
  }

  /// Says that the iteration asked for was done in an earlier session.
  func warnOfMissedDump(_ resumption: Resumption) {
    guard let asked = dumpRequest,
      (resumption.phase.stream, resumption.progress.iteration)
        >= (asked.phase.stream, asked.iteration)
    else { return }
    context.log.warning(
      "iteration \(asked.iteration) of \(asked.phase.name) was done before: nothing is dumped")
  }

  /// Rank 0 writes; all ranks hear of a failure.
  func write(_ dump: IterationDump, learningRate: Double) throws {
    try context.world.agree {
      guard context.world.rank == 0 else { return }
      let files = context.folder.dump(dump.plan.phase, iteration: dump.iteration)
      try dump.write(
        .init(
          configuration: context.checkpointJSON, learningRate: learningRate,
          sourceDigest: context.dataset.sourceDigest),
        to: files.values)
      let sheet = ContactSheet(dump: dump, size: context.configuration.data.imageSize)
      try PNG.encode(sheet.drawing(), to: files.pictures)
      context.log.info(
        "iteration \(dump.iteration) of \(dump.plan.phase.name) is in \(files.values)")
    }
  }
}
