import ArgumentParser
import Jobs
import RankWatch
import Settings

/// How long the ranks of a command other than `train` may stand still.
struct StallFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Say who keeps the other ranks waiting when nothing has gone on for this long; 0: never.",
      valueName: "time"))
  var stallWarning = ExecutionConfiguration().stallWarning

  @Option(
    help: ArgumentHelp(
      "End the job when nothing has gone on for this long; 0: never.", valueName: "time"))
  var stallLimit = ExecutionConfiguration().stallLimit

  var policy: StallPolicy { StallPolicy(warning: stallWarning, limit: stallLimit) }
}

extension TimeSpan: ExpressibleByArgument {}
