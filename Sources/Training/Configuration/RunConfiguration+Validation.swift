extension RunConfiguration {
  /// Checks every setting that can be checked without data and without other ranks.
  public func validate() throws(ConfigurationError) {
    try validateData()
    try validateMethod()
    try validateSchedule()
    try validateExecution()
  }

  /// Checks that each of `rankCount` ranks has a pair of images to work on.
  public func validate(rankCount: Int) throws(ConfigurationError) {
    guard rankCount > pairCount else { return }
    let sufficient = (2 * rankCount + 3) / 4 * 4
    throw ConfigurationError(
      "\(rankCount) ranks are more than the \(pairCount) pairs of --batch-size "
        + "\(schedule.batchSize); use at most \(pairCount) ranks or --batch-size \(sufficient)")
  }

  private func validateData() throws(ConfigurationError) {
    let size = data.imageSize
    try require(size >= 32 && size <= 4096 && size % 16 == 0, "--img-size", size) {
      "a multiple of 16 in 32 … 4096"
    }
    try require(
      data.labeledRatio > 0 && data.labeledRatio <= 1, "--labeled-ratio", data.labeledRatio
    ) { "greater than 0 and at most 1" }
    try require(data.inputChannelCount == 1, "--in-channels", data.inputChannelCount) {
      "1: only gray images are supported"
    }
    try require(data.classCount == 2, "--num-classes", data.classCount) {
      "2: only background and lesion are supported"
    }
    try require(data.dataset?.isEmpty != true, "--dataset", "an empty name") {
      "a name under --data-root, a folder or an .h5 file"
    }
  }

  private func validateMethod() throws(ConfigurationError) {
    for (flag, count) in [
      ("--num-strong-augs", augmentation.strongCount), ("--num-weak-augs", augmentation.weakCount),
    ] {
      try require((1...100).contains(count), flag, count) { "in 1 … 100" }
    }
    for (flag, count) in [
      ("--num-coarse-patches", mixing.coarsePatchCount),
      ("--num-fine-patches", mixing.finePatchCount),
    ] {
      try require((0...1000).contains(count), flag, count) { "in 0 … 1000" }
    }
    try require(
      mixing.frequencySize >= 0 && mixing.frequencySize <= 1, "--fs-size", mixing.frequencySize
    ) { "in 0 … 1" }
    for (flag, weight) in [
      ("--contrastive-weight", objective.contrastiveWeight),
      ("--consistency-weight", objective.consistencyWeight),
      ("--weight-decay", optimizer.weightDecay),
    ] {
      try require(weight >= 0 && weight.isFinite, flag, weight) { "0 or more" }
    }
    let rate = optimizer.learningRate
    try require(rate > 0 && rate.isFinite, "--learning-rate", rate) { "greater than 0" }
  }

  private func validateSchedule() throws(ConfigurationError) {
    let batchSize = schedule.batchSize
    try require(
      batchSize >= 4 && batchSize <= 4096 && batchSize % 4 == 0, "--batch-size", batchSize
    ) { "a multiple of 4 in 4 … 4096, counted over all ranks" }
    for (flag, iterations) in [
      ("--pre-iters", schedule.preIterations), ("--self-iters", schedule.selfIterations),
    ] {
      try require((0...1_000_000_000).contains(iterations), flag, iterations) {
        "in 0 … 1000000000"
      }
    }
    try require(schedule.evaluationInterval >= 1, "--eval-every", schedule.evaluationInterval) {
      "1 or more iterations"
    }
    if schedule.selfIterations == 0 && !execution.testsOnly {
      guard method.hasPreTraining else {
        throw ConfigurationError("--method supervised trains for --self-iters, which is 0")
      }
      if schedule.preIterations == 0 {
        throw ConfigurationError(
          "nothing to train with --pre-iters 0 and --self-iters 0; use --test to test a run")
      }
    }
  }

  private func validateExecution() throws(ConfigurationError) {
    let name = execution.experiment
    try require(
      !name.isEmpty && !name.contains("/") && !name.contains("\0") && name != "." && name != "..",
      "--exp", name.isEmpty ? "an empty name" : name
    ) { "a name that can be a folder under runs/" }
    try require(execution.runDirectory?.isEmpty != true, "--run-dir", "an empty path") {
      "a folder"
    }
    try require(execution.initialWeightsFile?.isEmpty != true, "--init", "an empty path") {
      "a file of weights"
    }
    if let count = execution.threadCount {
      try require((1...1024).contains(count), "--threads", count) { "in 1 … 1024" }
    }
    _ = try DumpRequest(self)
    if let count = execution.stopAfter {
      try require(count >= 1, "--stop-after", count) { "1 or more iterations" }
    }
    let loaders = execution.loaderThreadCount
    try require((0...256).contains(loaders), "--num-workers", loaders) { "in 0 … 256" }
    if execution.isDryRun && execution.testsOnly {
      throw ConfigurationError("--dry-run is about training and --test does not train: use one")
    }
    if execution.dumpIteration != nil && execution.testsOnly {
      throw ConfigurationError("--dump-iteration is about training and --test does not train")
    }
    if execution.resumes && execution.testsOnly {
      throw ConfigurationError("--resume goes on training and --test does not train: use one")
    }
  }

  private func require<Value>(
    _ condition: Bool, _ flag: String, _ value: Value, rule: () -> String
  ) throws(ConfigurationError) {
    guard condition else { throw ConfigurationError("\(flag) must be \(rule()), not \(value)") }
  }
}
