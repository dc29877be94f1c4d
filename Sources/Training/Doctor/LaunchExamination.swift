import MPI

/// Whether MPI connects as many ranks as the launcher started.
struct LaunchExamination: Examination {
  func examine(_ job: ExaminedJob) -> [Finding] {
    let (size, promised) = (job.world.size, Universe.launcherSize)
    guard size >= promised else {
      return [
        Finding(
          .fail, "launch",
          "the launcher started \(promised) processes, but MPI connects \(size) of them: "
            + "each is a job of its own; the rest is examined for one",
          advice: "start them with mpirun of \(MPILibrary.version), or with srun --mpi=pmix "
            + "(srun --mpi=list names what there is)", isOfJob: true)
      ]
    }
    let pairs = job.configuration.pairCount
    let hosts = job.distinctHosts.count
    let text =
      "\(size) rank\(size == 1 ? "" : "s") on \(hosts) host\(hosts == 1 ? "" : "s")"
    guard size <= pairs else {
      return [
        Finding(
          .warn, "launch",
          "\(text); a batch of \(job.configuration.schedule.batchSize) keeps \(pairs) ranks at work",
          advice:
            "use at most \(pairs) ranks with more threads each, or "
            + "--batch-size \(2 * size + 2 * size % 4)",
          isOfJob: true)
      ]
    }
    return [Finding(.ok, "launch", text, isOfJob: true)]
  }
}
