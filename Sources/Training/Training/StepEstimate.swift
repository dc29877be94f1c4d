import Jobs
import MPI
import Methods

/// What a training step takes to compute, judged by one image that went through the network. What ranks
/// and threads cost each other is not in it.
package struct StepEstimate {
  /// Seconds of one image through the network and back on one thread, on the slowest rank.
  let forward: Double
  let backward: Double
  private let threads: Int
  private let ranks: Int

  /// Collective.
  package init(_ probe: KernelProbe.Outcome, threads: Int, on world: Communicator) throws {
    forward = try world.allReduceMax(probe.forwardSeconds)
    backward = try world.allReduceMax(probe.backwardSeconds)
    self.threads = threads
    ranks = world.size
  }

  /// Seconds of a step of a phase.
  package func seconds(_ plan: PhasePlan) -> Double {
    let mixtures = (plan.mixtures.count + ranks - 1) / ranks
    let views = mixtures * (plan.hasRestoredViews ? 2 : 1)
    return rounds(views) * (forward + backward)
      + (plan.usesTeacher ? rounds(mixtures) * forward : 0)
  }

  /// How often the threads come round to so many images of a rank.
  func rounds(_ images: Int) -> Double { Double((images + threads - 1) / threads) }
}
