import Settings

/// Where a run begins or goes on.
extension TrainingReporter {
  func resumed(_ resumption: Resumption) {
    let isUsual = resumption.path == context.folder.last(resumption.phase)
    context.log.info(
      """
      resuming \(resumption.phase.name) after \(resumption.progress.iteration) iterations\
      \(isUsual ? "" : ", from \(resumption.path)")
      """)
    if resumption.arithmeticVersion != ArithmeticVersion.current {
      context.log.warning(
        """
        \(resumption.path) was computed with arithmetic \(resumption.arithmeticVersion), this \
        program computes with arithmetic \(ArithmeticVersion.current): the run goes on, but its \
        result will not be the bits that either of them gives alone
        """)
    }
  }

  /// - Parameter note: see `WeightsFile.read`.
  func startsOnWeights(of path: String, _ note: String?) {
    if let note { context.log.info("\(note)") }
    let digest = (context.configuration.initialWeights ?? "").prefix(16)
    context.log.info("starting on the weights of \(path), digest \(digest)…")
  }

  func startsOver() {
    context.log.info("the run has no checkpoint to go on from: starting from the beginning")
  }
}
