import Jobs
import Kernels
import MPI

/// Whether all ranks compute the same of fixed numbers, as every run asks before it begins.
struct KernelExamination: Examination {
  func examine(_ job: ExaminedJob) throws -> [Finding] {
    guard job.canCompute else { return [] }
    do {
      let probe = try job.world.agree {
        try KernelProbe.run(network: job.network, compute: try Compute(threads: 1))
      }
      try KernelProbe.requireAgreement(on: probe.hash, world: job.world)
      job.probe = probe
      guard job.world.size > 1 else { return [] }
      return [
        Finding(
          .ok, "kernels", "all ranks compute the same bits of fixed numbers (\(probe.hash))",
          isOfJob: true)
      ]
    } catch let failure as SharedFailure {
      return [Finding(.fail, "kernels", "\(failure)", isOfJob: true)]
    }
  }
}
