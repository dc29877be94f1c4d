import MPI

/// Trains, or tests, the run that `configuration` describes, on the ranks this process was started
/// with.
///
/// - Throws: `SharedFailure` for what all ranks know to be wrong, such as ranks that do not fit the
///   configuration.
public func runTraining(_ configuration: RunConfiguration) throws {
  try configuration.validate()
  try Universe.run { world in
    try world.agree {
      try checkLaunch(world)
      try configuration.validate(rankCount: world.size)
    }
  }
}

/// Refuses to train as many separate runs when the launcher did not connect the ranks.
private func checkLaunch(_ world: Communicator) throws(ConfigurationError) {
  guard world.size == 1, Universe.launcherSize > 1 else { return }
  throw ConfigurationError(
    "\(Universe.launcherSize) processes were started, but MPI does not connect them; "
      + "start them with mpirun or with srun --mpi=pmix")
}
