import Kernels
import Methods

extension RunOption {
  /// All options of `train`, in the order of help and files. A new one is a property of its
  /// configuration, with its type and default, and an entry here.
  public static let all: [RunOption] = run + method + data + augmentation + schedule

  // MARK: Run

  private static let run: [RunOption] = [
    .value(
      "seed", \.seed, .run, "seed", "Key of all random numbers; one seed gives one result.", .any),
    .value(
      "exp", \.execution.experiment, .run, "exp", "Name of the run.", role: .own,
      Rule("a name that can be a folder under runs/") {
        !$0.isEmpty && !$0.contains("/") && !$0.contains("\0") && $0 != "." && $0 != ".."
      }),
    .optional(
      "run-dir", \.execution.runDirectory, .run, "folder",
      "Folder for log, measures, checkpoints and overlays. (default: runs/EXP)", role: .own,
      completion: .folder, .path("a folder")),
    .optional(
      initialWeights, \.execution.initialWeightsFile, .run, "file",
      "Start on the weights of a checkpoint, or of an .h5 or .safetensors file under the published "
        + "names.",
      role: .place, completion: .file(extensions: ["h5", "hdf5", "safetensors"]),
      .path("a file of weights")),
    .flag(
      "resume", \.execution.resumes, .run,
      "Go on from the last checkpoint of the run, on any number of ranks.", role: .course),
    .flag(
      "resume-if-begun", \.execution.resumesIfBegun, .run,
      "Go on as with --resume if the folder holds a run, else begin one: for jobs that may be started "
        + "again.",
      role: .course),
    .optional(
      "stop-after", \.execution.stopAfter, .run, "iterations",
      "Stop with a checkpoint after this many iterations; exit code 3; go on with --resume.",
      role: .course, Rule("1 or more iterations") { $0 >= 1 }),
    .value(
      "checkpoint-every", \.execution.checkpointInterval, .run, "interval",
      "Write a checkpoint every so many iterations (200) or minutes (10m), besides those of "
        + "evaluations; does not change the result.",
      role: .course,
      Rule("1 or more iterations, such as 200, or minutes, such as 10m") { $0.isPossible }),
    .flag(
      "test", \.execution.testsOnly, .run, "Train nothing; test the run that exists.",
      role: .course),
    .flag(
      "dry-run", \.execution.isDryRun, .run,
      "Check data and settings, print them with the memory and time of the run, train nothing.",
      role: .course),
    .flag(
      "quiet", \.execution.isQuiet, .run,
      "No live line and no losses on the terminal; log.txt has them.", role: .own),
    .optional(
      "threads", \.execution.threadCount, .run, "count",
      "Computing threads of each rank. (default: the cores a rank may use)", role: .own,
      .within(1...1024)),
    .value(
      "num-workers", \.execution.loaderThreadCount, .run, "count", "Loader threads of each rank.",
      role: .own, .within(0...256)),
    .value(
      "cache-mb", \.execution.cacheMebibytes, .run, "size",
      "Memory of each rank, in MiB, for images read from an .h5 data set; the others are read each time.",
      role: .own, .within(0...16_777_216)),
    .value(
      "stall-warning", \.execution.stallWarning, .run, "time",
      "Say who keeps the other ranks waiting when nothing has gone on for this long; 0: never.",
      role: .own, .any),
    .value(
      "stall-limit", \.execution.stallLimit, .run, "time",
      "End the job, to be gone on with by --resume, when nothing has gone on for this long; 0: never.",
      role: .own, .any),
    .flag(
      "watch-pseudo-labels", \.execution.watchesPseudoLabels, .run,
      "At each evaluation, also compare the teacher's masks of unlabeled images with masks that these "
        + "have and training does not see; does not change the result.", role: .course),
    .optional(
      "dump-iteration", \.execution.dumpIteration, .run, "iteration",
      "Write everything of this iteration into the run's folder, dump_PHASE_N.h5 and .png: images, "
        + "masks, pseudo-labels, logits, losses, norms. The same bytes on any number of ranks.",
      role: .course, .any),
    .optional(
      "dump-phase", \.execution.dumpPhase, .run, "phase",
      "The phase whose iteration is written, pre or self. (default: the last that has it)",
      role: .course, completion: .words(Phase.ofFiles.map(\.key)),
      Rule(Phase.ofFiles.map(\.key).joined(separator: ", ")) { key in
        Phase.ofFiles.contains { $0.key == key }
      }),
  ]

  // MARK: Method

  private static let method: [RunOption] = [
    .value(
      "method", \.method, .method, "method",
      "Training method: switch, bcp (bidirectional copy-paste: one square, no second view) or "
        + "supervised (the labeled images alone).",
      completion: .words(TrainingMethod.allCases.map(\.rawValue)), .any),
    .value(
      "precision", \.precision, .method, "precision",
      "Precision of feature maps and convolutions: fp32, or bf16, with two thirds of the memory.",
      completion: .words(Precision.allCases.map(\.rawValue)), .any),
    .value(
      "fs-size", \.mixing.frequencySize, .method, "ratio",
      "Side of the swapped low frequencies as a part of the image side; 0 to 1.", .within(0...1)),
    .value(
      "num-coarse-patches", \.mixing.coarsePatchCount, .method, "count",
      "Patches of half the image side.", .within(0...1000)),
    .value(
      "num-fine-patches", \.mixing.finePatchCount, .method, "count",
      "Patches of an eighth of the image side.", .within(0...1000)),
    .value(
      "contrastive-weight", \.objective.contrastiveWeight, .method, "weight",
      "Weight of the contrastive loss.", .notNegative),
    .value(
      "consistency-weight", \.objective.consistencyWeight, .method, "weight",
      "Weight of the consistency loss.", .notNegative),
  ]

  // MARK: Data

  private static let data: [RunOption] = [
    .optional(
      "dataset", \.data.dataset, .data, "dataset",
      "A name under --data-root, a folder or an .h5 file. (default: a synthetic set)",
      role: .place, completion: .file(extensions: []),
      .path("a name under --data-root, a folder or an .h5 file")),
    .value(
      "data-root", \.data.root, .data, "folder", "Folder in which data sets have names.",
      role: .place, completion: .folder, .any,
      shown: { $0.data.dataset == nil ? nil : $0.data.root }),
    .optional(
      "folds", \.data.folds, .data, "file",
      "A table of folds, as switch-dist split writes it, in the place of the data set's lists; with --fold.",
      role: .place, completion: .file(extensions: ["csv"]), .path("a table of folds")),
    .optional(
      "fold", \.data.fold, .data, "number",
      "Test on this fold of --folds, validate on the next one, train on the others.",
      role: .result, .within(1...10_000)),
    .value(
      "img-size", \.data.imageSize, .data, "pixels",
      "Side of the images in pixels; a multiple of 16, at least 32.",
      Rule("a multiple of 16 in 32 … 4096") { 32...4096 ~= $0 && $0 % 16 == 0 }),
    .optional(
      "foreground", \.data.pixels.foreground, .data, "values",
      "What is lesion in the masks of a folder: VALUE[,VALUE], LOW-HIGH, '#RRGGBB' or alpha. (default: "
        + "the brighter of two values; masks that leave doubt are refused)",
      role: .result, .any),
    .flag(
      "invert", \.data.pixels.invertsMasks, .data, "Turn the masks of a folder over."),
    .optional(
      "window", \.data.pixels.window, .data, "range",
      "Values of a folder's images that become black and white: LOW:HIGH, full, the range of their "
        + "bits, or auto, 8 or 12 bits where 16-bit files hold no more. (default: auto)",
      role: .result, .any),
    .value(
      "labeled-ratio", \.data.labeledRatio, .data, "ratio",
      "Part of the train list whose labels are used, from its beginning; 0 < ratio <= 1.",
      Rule("greater than 0 and at most 1") { $0 > 0 && $0 <= 1 }),
    .value(
      "in-channels", \.data.inputChannelCount, .data, "count", "Channels of an image; must be 1.",
      Rule("1: only gray images are supported") { $0 == 1 }),
    .value(
      "num-classes", \.data.classCount, .data, "count", "Background and lesion; must be 2.",
      Rule("2: only background and lesion are supported") { $0 == 2 }),
  ]

  // MARK: Augmentation

  private static let augmentation: [RunOption] = [
    .flag(
      "strong-augs", \.augmentation.strong, .augmentation,
      "Vary the gray values of labeled images. (default: with --method switch)", canBeOff: true),
    .flag(
      "weak-augs", \.augmentation.weak, .augmentation,
      "Vary the geometry of training images. (default: with --method switch)", canBeOff: true),
    .value(
      "num-strong-augs", \.augmentation.strongCount, .augmentation, "count",
      "Draws of a strong augmentation.", .within(1...100)),
    .value(
      "num-weak-augs", \.augmentation.weakCount, .augmentation, "count",
      "Draws of a weak augmentation.", .within(1...100)),
    .flag(
      "randn-strong-augs", \.augmentation.randomStrongCount, .augmentation,
      "Draw 1 to --num-strong-augs strong operations, or exactly as many. (default: --randn-strong-augs)",
      canBeOff: true),
    .flag(
      "randn-weak-augs", \.augmentation.randomWeakCount, .augmentation,
      "Draw 1 to --num-weak-augs weak operations, or exactly as many. (default: --randn-weak-augs)",
      canBeOff: true),
  ]

  // MARK: Schedule

  private static let schedule: [RunOption] = [
    .value(
      "pre-iters", \.schedule.preIterations, .schedule, "count", "Iterations of pre-training.",
      .within(0...1_000_000_000)),
    .value(
      "self-iters", \.schedule.selfIterations, .schedule, "count", "Iterations of self-training.",
      .within(0...1_000_000_000)),
    .value(
      "batch-size", \.schedule.batchSize, .schedule, "count",
      "Images of a batch over all ranks; a multiple of 4.",
      Rule("a multiple of 4 in 4 … 4096, counted over all ranks") {
        4...4096 ~= $0 && $0 % 4 == 0
      }),
    .optional(
      "labeled-bs", \.execution.labeledBatchSize, .schedule, "count",
      "Labeled images of a batch; must be half of it. (default: half of --batch-size)",
      role: .result, .any, shown: { "\($0.pairCount)" }),
    .value(
      "learning-rate", \.optimizer.learningRate, .schedule, "rate",
      "Learning rate at the start of each phase.",
      Rule("greater than 0") { $0 > 0 && $0.isFinite }),
    .value(
      "weight-decay", \.optimizer.weightDecay, .schedule, "rate", "Weight decay of the optimizer.",
      .notNegative),
    .value(
      "eval-every", \.schedule.evaluationInterval, .schedule, "count",
      "Iterations between evaluations.", Rule("1 or more iterations") { $0 >= 1 }),
    .value(
      "on-divergence", \.divergence.response, .schedule, "response",
      "What to do when numbers are no longer finite: stop, or rollback to the last evaluation with "
        + "half the learning rate.",
      completion: .words(DivergenceResponse.allCases.map(\.rawValue)), .any),
    .value(
      "divergence-retries", \.divergence.retries, .schedule, "count",
      "Times that a run goes back with --on-divergence rollback.", .within(1...50)),
  ]
}

// MARK: Rules

extension Rule {
  static var any: Rule { Rule("") { _ in true } }
}

extension Rule where Value == String {
  static func path(_ words: String) -> Rule { Rule(words) { !$0.isEmpty } }
}

extension Rule where Value: Comparable {
  static func within(_ range: ClosedRange<Value>) -> Rule {
    Rule("in \(range.lowerBound) … \(range.upperBound)") { range.contains($0) }
  }
}

extension Rule where Value == Double {
  static var notNegative: Rule { Rule("0 or more") { $0 >= 0 && $0.isFinite } }
}
