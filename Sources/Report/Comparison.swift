import Files
import Metrics
import Runs

/// Two runs on the images that both were tested on, image by image.
package struct Comparison {
  package let other: RunRecording
  /// Whether both were trained and tested on one data set, by its digest; names of images may be the
  /// same by chance.
  package let hasSameData: Bool
  /// The scores of the images that both were tested on.
  private let own: [ScoreTable.Row]
  private let others: [ScoreTable.Row]
  package let dice: PairedDifference?

  package init(_ run: RunRecording, with other: RunRecording) {
    self.other = other
    hasSameData = run.sourceDigest == other.sourceDigest
    hasSameImageSize = run.imageSize == other.imageSize
    let scores = Dictionary(other.scores.map { ($0.name, $0) }) { first, _ in first }
    own = hasSameData ? run.scores.filter { scores[$0.name] != nil } : []
    others = own.compactMap { scores[$0.name] }
    dice = PairedDifference(own.map(\.score.dice), less: others.map(\.score.dice))
  }

  package var commonCount: Int { own.count }

  /// Whether a pixel is the same length in both: distances of images of other sizes are not compared.
  let hasSameImageSize: Bool

  /// Settings of the other that differ from the run's, apart from what tables show of each run and
  /// from where its data lie.
  package func otherSettings(than run: RunRecording) -> [(name: String, value: String)] {
    var ignored: Set = ["method", "seed", "data.labeledRatio", "data.dataset", "data.root"]
    if [run, other].contains(where: { $0.setting("method") == "supervised" }) {
      ignored.insert("schedule.preIterations")
    }
    return other.settings.filter { name, value in
      !ignored.contains(name) && run.setting(name) != value
    }
  }

  /// A measure of the run less that of the other, where both are defined.
  func difference(_ measure: Measure) -> PairedDifference? {
    PairedDifference(
      own.map { measure.value($0.score) }, less: others.map { measure.value($0.score) },
      weights: own.map { measure.weight($0.score) })
  }
}
