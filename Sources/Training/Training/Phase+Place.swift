import Methods
import RankWatch

extension Phase {
  /// As the watch over the ranks knows it.
  var place: RankPlace {
    switch self {
    case .preTraining: .preTraining
    case .selfTraining: .selfTraining
    default: .training
    }
  }
}
