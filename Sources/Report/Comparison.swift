import Metrics

/// Two runs on the images that both were tested on, image by image.
package struct Comparison {
  package enum Verdict: String {
    case better, worse, undecided
    /// The runs were tested on other data; names may be the same by chance.
    case otherData = "other data"
  }

  package let other: RunRecording
  /// Whether both were trained and tested on one data set, by its digest.
  package let hasSameData: Bool
  /// Images that both were tested on.
  package let commonCount: Int
  /// Dice of the run less that of the other: mean and 95 % interval; nothing for fewer than two
  /// images.
  package let difference: BootstrapInterval?

  package init(_ run: RunRecording, with other: RunRecording) {
    self.other = other
    hasSameData = run.sourceDigest == other.sourceDigest
    guard hasSameData else {
      commonCount = 0
      difference = nil
      return
    }
    let others = Dictionary(other.scores.map { ($0.name, $0.dice) }) { first, _ in first }
    let differences = run.scores.compactMap { score in others[score.name].map { score.dice - $0 } }
    commonCount = differences.count
    difference = BootstrapInterval(of: differences)
  }

  /// Of the run, against the other.
  package var verdict: Verdict {
    guard hasSameData else { return .otherData }
    guard let difference else { return .undecided }
    return difference.lower > 0 ? .better : difference.upper < 0 ? .worse : .undecided
  }
}
