import Inference
import Methods
import Runs
import Telemetry

extension TrainingReporter {
  /// - Parameters:
  ///   - validation: mean Dice of the teacher over the validation images.
  ///   - duration: of looking at them.
  func pseudoLabels(
    _ plan: PhasePlan, _ progress: PhaseProgress, _ quality: PseudoLabelQuality,
    validation: Double, duration: Duration
  ) {
    evaluationSeconds += duration / .seconds(1)
    func percent(_ value: Double) -> String { decimalText(value * 100, places: 2) }
    log.info(
      """
      \(plan.phase.name) \(progress.iteration)/\(iterations): pseudo-labels of \
      \(quality.imageCount) images: Dice of the teacher \(percent(quality.teacher)) %, of the student \
      \(percent(quality.student)) %, of one against the other \(percent(quality.agreement)) %; \
      \(quality.emptyCount) empty; validation Dice of the teacher \(percent(validation)) %
      """)
    record {
      try $0.append(
        .pseudoLabels,
        [
          RunField.phase: .text(plan.phase.name), RunField.iteration: .integer(progress.iteration),
          RunField.teacherDice: .number(quality.teacher),
          RunField.studentDice: .number(quality.student),
          RunField.agreement: .number(quality.agreement),
          RunField.teacherValidationDice: .number(validation),
          "empty": .integer(quality.emptyCount), "images": .integer(quality.imageCount),
          "seconds": .number(duration / .seconds(1)),
        ], at: place(plan, progress))
    }
  }
}
