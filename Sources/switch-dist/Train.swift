import ArgumentParser
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

      Ctrl-C, SIGTERM and SIGUSR1 end the run after the current iteration, with a checkpoint that \
      --resume goes on from, to the same result. Exit codes: 0 trained and tested, 1 an error, 3 \
      stopped before the end, 64 wrong usage.
      """)

  @OptionGroup(title: "Run") var runOptions: RunOptions
  @OptionGroup(title: "Data") var data: DataOptions
  @OptionGroup(title: "Augmentation") var augmentation: AugmentationOptions
  @OptionGroup(title: "Method") var method: MethodOptions
  @OptionGroup(title: "Schedule") var schedule: ScheduleOptions

  func run() throws { try runTraining(try runConfiguration()) }

  /// The validated configuration these flags ask for.
  func runConfiguration() throws -> RunConfiguration {
    var configuration = data.dataset == nil ? RunConfiguration.syntheticSet : RunConfiguration()
    runOptions.apply(to: &configuration)
    data.apply(to: &configuration)
    try method.apply(to: &configuration)
    augmentation.apply(to: &configuration)
    try schedule.apply(to: &configuration)
    try configuration.validate()
    return configuration
  }
}
