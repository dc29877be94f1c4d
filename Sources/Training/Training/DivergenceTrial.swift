/// What came of trying a batch that failed on earlier states.
struct DivergenceTrial {
  /// The latest state on which the batch does not fail.
  var point: ReturnPoint?
  /// The latest state that there is.
  var latest: ReturnPoint?
  /// Why no state could be tried.
  var problem: String?
  /// The largest weight of the earliest state that was tried.
  var weights: DivergenceEvidence.Largest?
  var failsOnFreshWeights = false

  /// What there is to go back to, in words.
  var text: String {
    if let problem { return "there is no checkpoint to go back to: \(problem)" }
    guard let found = point ?? latest, found.path != nil else {
      return "there is no checkpoint to go back to yet"
    }
    return "the last \(point == nil ? "" : "good ")checkpoint is \(found.text)"
  }
}
