import Methods
import Runs
import Settings

extension StudyPoint {
  /// What the run is to compute, in passes of a pixel through the network: to compare runs by.
  package var work: Double {
    configuration.phases.reduce(0) { $0 + work(of: $1, configuration.iterations(of: $1.phase)) }
  }

  /// What of it is done, by the records in its folder.
  package func workDone(in folder: RunFolder) -> Double {
    guard let last = folder.lastIteration else { return 0 }
    var done = 0.0
    for plan in configuration.phases {
      guard plan.phase.name != last.phase else { return done + work(of: plan, last.iteration) }
      done += work(of: plan, configuration.iterations(of: plan.phase))
    }
    return done
  }

  /// Back is twice as much as forward.
  private func work(of plan: PhasePlan, _ iterations: Int) -> Double {
    let passes = (plan.hasRestoredViews ? 2 : 1) * 3 + (plan.usesTeacher ? 1 : 0)
    let side = configuration.data.imageSize
    return Double(iterations) * Double(plan.mixtures.count * passes * side * side)
  }
}
