import Imaging
import Methods

extension Trainer {
  /// Gathers a step that has just been run, if it is the one asked for. Collective.
  func dump(_ step: TrainingStep, iteration: Int, losses: StepLosses) throws -> IterationDump? {
    let asked = DumpRequest(phase: step.plan.kind, iteration: iteration + 1)
    guard dumpRequest == asked else { return nil }
    var dump = IterationDump(plan: step.plan, iteration: asked.iteration)
    try dump.gather(step, context, losses: losses)
    dump.addWeights(replica.student, to: "10_weight_norms_before")
    return dump
  }

  /// Rank 0 writes; all ranks hear of a failure.
  func write(_ dump: IterationDump, learningRate: Double) throws {
    var dump = dump
    dump.addWeights(replica.student, to: "11_weight_norms_after")
    try context.world.agree {
      guard context.world.rank == 0 else { return }
      let files = context.folder.dump(dump.plan.kind, iteration: dump.iteration)
      try dump.write(
        .init(
          configuration: context.checkpointJSON, learningRate: learningRate,
          kernelHash: context.kernelHash, sourceDigest: context.dataset.sourceDigest),
        to: files.values)
      let sheet = ContactSheet(dump: dump, size: context.configuration.data.imageSize)
      try PNG.encode(sheet.drawing(), to: files.pictures)
      context.log.info(
        "iteration \(dump.iteration) of \(dump.plan.kind.name) is in \(files.values)")
    }
  }
}
