import EventFiles
import Imaging
import Learning
import Methods
import Runs

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
    let views = try step.plan.views.map { view in
      (view, try context.world.allGatherVariable(step.firstMixture(view)).flatMap { $0 })
    }
    record { metrics in
      let tags = EventTags(plan: step.plan)
      let pictures = try views.map { try picture(tags.image($0), pixels: $1) }
      try metrics.append(pictures: pictures, step: place(step.plan, progress).step)
    }
  }

  private func picture(_ tag: String, pixels: [UInt8]) throws(ImagingError) -> TaggedValue {
    let size = context.configuration.data.imageSize
    let png = try PNG.encode(GrayImage(width: size, height: size, pixels: pixels))
    return TaggedValue(tag, .grayImage(png: png, width: size, height: size))
  }
}
