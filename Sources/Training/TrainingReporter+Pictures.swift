import EventFiles
import Imaging
import Methods

extension TrainingReporter {
  /// Iterations between two sets of pictures.
  private static let pictureInterval = 1_000

  /// Whether the step just done is to be looked at: now and then, and once early in each phase, at
  /// its first evaluation or its end.
  func wantsPictures(_ progress: PhaseProgress) -> Bool {
    let early = min(context.configuration.schedule.evaluationInterval, iterations)
    return progress.iteration == early || progress.iteration % Self.pictureInterval == 0
  }

  /// Gathers the pictures of a step's first mixture. Collective.
  func pictures(_ step: TrainingStep, _ progress: PhaseProgress) throws {
    let size = context.configuration.data.imageSize
    let tags = EventTags(plan: step.plan)
    var pictures: [TaggedValue] = []
    for view in step.plan.views {
      let parts = try context.world.allGatherVariable(step.firstMixture(view))
      guard context.world.rank == 0 else { continue }
      let image = GrayImage(width: size, height: size, pixels: Array(parts.joined()))
      let png = try PNG.encode(image)
      pictures.append(
        TaggedValue(tags.image(view), .grayImage(png: png, width: size, height: size)))
    }
    try metrics?.append(pictures: pictures, step: place(step.plan, progress).step)
  }
}
