import ArgumentParser
import Benchmarks
import Settings
import Training

/// `switch-dist train`: pre-training, self-training and test.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train on a data set and test the result; the default command.",
    discussion: """
      Examples:
        mpirun -n 8 switch-dist --dataset busi.h5 --labeled-ratio 0.1 --exp busi
        switch-dist train --config run.yaml --seed 2 --exp second
        switch-dist train --dataset set.h5 --dry-run > run.yaml

      Without --dataset a built-in synthetic ultrasound set is used, and the schedule is the \
      shortest useful one: 64×64 images and some minutes on two cores. On your own images the \
      defaults are those of the published program, hours to days on a few cores; fewer than about \
      --pre-iters 600 --self-iters 200 teach little. The log says before the first iteration what \
      the run will take; --dry-run times it.

      The batch is shared out over all MPI ranks; there may be no more ranks than half the batch. \
      Of few labeled images some stand in a batch more than once.

      Ctrl-C, SIGTERM, SIGHUP (not under nohup), SIGUSR1, SIGUSR2 and SIGXCPU end the run after the \
      current iteration, with a checkpoint that --resume goes on from, to the same result. Exit codes: \
      0 trained and tested, 1 an error, 3 stopped before the end, 64 wrong usage, 70 one rank failed \
      by itself, 75 another run is using the folder; by a signal, 128 and its number. launch/supervise starts a run again where that helps.
      """)

  @Option(
    help: ArgumentHelp(
      """
      Options from a YAML file, one a line such as batch-size: 16; those of the command line win. \
      Each run writes its own as configuration.yaml.
      """, valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var config: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      Print where and how the run that these options describe should be started on this machine, for \
      scripts, with as many ranks, or 0 for as many as are useful; and do nothing.
      """, visibility: .hidden))
  var showPlacement: Int?

  @Flag(
    help: ArgumentHelp(
      "With --dry-run: print what a run costs, for programs.", visibility: .hidden))
  var showCost = false

  @OptionGroup(title: "Run") var runOptions: TrainOptions<RunSection>
  @OptionGroup(title: "Method") var method: TrainOptions<MethodSection>
  @OptionGroup(title: "Data") var data: TrainOptions<DataSection>
  @OptionGroup(title: "Augmentation") var augmentation: TrainOptions<AugmentationSection>
  @OptionGroup(title: "Schedule") var schedule: TrainOptions<ScheduleSection>

  func run() throws {
    let configuration = try runConfiguration()
    if let showPlacement {
      print(try Placement(configuration, ranks: showPlacement > 0 ? showPlacement : nil).text)
    } else if configuration.execution.isDryRun {
      try DryRun.run(configuration, showsCost: showCost)
    } else {
      try runTraining(configuration)
    }
  }

  /// The validated configuration that the options ask for, those of a file first.
  func runConfiguration() throws -> RunConfiguration {
    guard config.count <= 1 else {
      throw ConfigurationError("--config is given twice; put the options into one file")
    }
    let own = [runOptions.given, method.given, data.given, augmentation.given, schedule.given]
      .reduce(into: [:]) { $0.merge($1) { $1 } }
    var given = try config.first.map { try OptionFile($0).read() } ?? [:]
    // Half of the batch size, whichever that is now.
    if own["batch-size"] != nil { given["labeled-bs"] = nil }
    return try RunConfiguration(options: given.merging(own) { $1 })
  }
}
