/// Where in a job a rank is.
public enum RankPlace: UInt8, CaseIterable, Sendable {
  case starting, loading, preTraining, selfTraining, training, evaluation, checkpoint, test, report
  case prediction, benchmark, examination
  case ending

  /// As messages call it.
  var name: String {
    switch self {
    case .starting: "the start"
    case .loading: "loading the data"
    case .preTraining: "pre-training"
    case .selfTraining: "self-training"
    case .training: "training"
    case .evaluation: "evaluation"
    case .checkpoint: "the checkpoint"
    case .test: "the test"
    case .report: "the report"
    case .prediction: "prediction"
    case .benchmark: "the benchmark"
    case .examination: "the examination"
    case .ending: "the end"
    }
  }
}
