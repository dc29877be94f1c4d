extension RunConfiguration {
  /// Checks every setting that can be checked without data and without other ranks: each option by
  /// its own rule, then those that go together.
  public func validate() throws(ConfigurationError) {
    for option in RunOption.all { try option.check(self) }
    try validateBatch()
    try validateLength()
    try validateCourse()
    guard divergence.response == .rollback || divergence == DivergenceConfiguration() else {
      throw ConfigurationError("--divergence-retries needs --on-divergence rollback")
    }
  }

  /// Checks that each of `rankCount` ranks has a pair of images to work on.
  public func validate(rankCount: Int) throws(ConfigurationError) {
    guard rankCount > pairCount else { return }
    let sufficient = Self.smallestBatchSize(ranks: rankCount)
    throw ConfigurationError(
      "\(rankCount) ranks are more than the \(pairCount) pairs of --batch-size "
        + "\(schedule.batchSize); use at most \(pairCount) ranks or --batch-size \(sufficient)")
  }

  /// The least that gives each rank a pair of images: two for each, and a multiple of 4.
  package static func smallestBatchSize(ranks: Int) -> Int { (2 * ranks + 3) / 4 * 4 }

  private func validateBatch() throws(ConfigurationError) {
    guard let labeled = execution.labeledBatchSize, labeled != pairCount else { return }
    throw ConfigurationError(
      "--labeled-bs must be half of --batch-size \(schedule.batchSize), not \(labeled)")
  }

  private func validateLength() throws(ConfigurationError) {
    guard schedule.selfIterations == 0 && !execution.testsOnly else { return }
    guard method.hasPreTraining else {
      throw ConfigurationError("--method supervised trains for --self-iters, which is 0")
    }
    if schedule.preIterations == 0 {
      throw ConfigurationError(
        "nothing to train with --pre-iters 0 and --self-iters 0; use --test to test a run")
    }
  }

  private func validateCourse() throws(ConfigurationError) {
    _ = try DumpRequest(self)
    if execution.resumes && execution.resumesIfBegun {
      throw ConfigurationError(
        "--resume wants a run to go on with and --resume-if-begun needs none: use one")
    }
    guard execution.testsOnly else { return }
    if execution.isDryRun {
      throw ConfigurationError("--dry-run is about training and --test does not train: use one")
    }
    if execution.dumpIteration != nil {
      throw ConfigurationError("--dump-iteration is about training and --test does not train")
    }
    if execution.watchesPseudoLabels {
      throw ConfigurationError("--watch-pseudo-labels is about training and --test does not train")
    }
    if execution.resumes || execution.resumesIfBegun {
      let option = execution.resumes ? "--resume" : "--resume-if-begun"
      throw ConfigurationError("\(option) goes on training and --test does not train: use one")
    }
  }
}
