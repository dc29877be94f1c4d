import Imaging
import MPI
import Metrics
import Network

/// How good a teacher's masks are of images whose truth it never saw, and where the student differs: both with
/// running statistics, by the rule of pseudo-labels (foreground at a probability of one half or more, of which the
/// largest component stays). Means over the images, 0 … 1.
package struct PseudoLabelQuality: Equatable, Sendable {
  /// Dice of the teacher's masks against the truth.
  package var teacher: Double
  /// Dice of the student's.
  package var student: Double
  /// Dice of the student's masks against the teacher's.
  package var agreement: Double
  /// Images in which the teacher finds nothing.
  package var emptyCount: Int
  package var imageCount: Int
}

extension Evaluator {
  /// Looks at the images at `positions`, of which there must be some; the same on every rank. Collective.
  package func pseudoLabelQuality(
    teacher: ModelState, student: ModelState, positions: [Int]
  ) throws -> PseudoLabelQuality {
    let share = world.share(of: positions.count)
    let found = try segment(
      Ensemble([teacher, student]), positions: Array(positions[share])
    ) { one -> [Double] in
      let masks = one.margins.map { margins in
        largestComponent(
          of: margins.pixels.map { $0 >= 0 ? 1 : 0 }, width: dataset.imageSize,
          height: dataset.imageSize)
      }
      return [
        MaskMetrics.dice(prediction: masks[0], label: one.label),
        MaskMetrics.dice(prediction: masks[1], label: one.label),
        MaskMetrics.dice(prediction: masks[1], label: masks[0]),
        masks[0].contains(1) ? 0 : 1,
      ]
    }
    var numbers = [Double](repeating: 0, count: 4 * positions.count)
    for (index, one) in zip(share, found) {
      numbers.replaceSubrange((4 * index)..<(4 * index + 4), with: one)
    }
    // Each image is looked at on one rank: the sum only fills in zeros, so it is exact.
    try world.allReduceSum(&numbers)
    func sum(_ field: Int) -> Double {
      positions.indices.reduce(0) { $0 + numbers[4 * $1 + field] }
    }
    let count = Double(positions.count)
    return PseudoLabelQuality(
      teacher: sum(0) / count, student: sum(1) / count, agreement: sum(2) / count,
      emptyCount: Int(sum(3)), imageCount: positions.count)
  }
}
