import Jobs
import Kernels
import Training

/// Whether a training with all defaults has the memory that it takes.
struct MemoryExamination: Examination {
  func examine(_ job: ExaminedJob) throws -> [Finding] {
    guard job.canCompute else { return [] }
    let finding = judge(job)
    job.canCompute = try job.all(finding.status == .ok)
    return [finding]
  }

  private func judge(_ job: ExaminedJob) -> Finding {
    guard let limit = MemoryLimit.tightest(sharers: job.node.size) else {
      return Finding(.ok, "memory", "no limit is known")
    }
    let least = MemoryNeed.leastBytes(threads: job.threads)
    guard limit.bytes > least else {
      return Finding(
        .fail, "memory",
        "\(limit.name) leaves \(limit.bytes >> 20) MiB, no training needs less than \(least >> 20)",
        advice: "raise it")
    }
    do throws(KernelError) {
      let need = MemoryNeed(
        configuration: job.configuration, ranks: min(job.world.size, job.configuration.pairCount),
        compute: try Compute(threads: job.threads), network: job.network)
      if let refusal = try need.refusal(under: limit) {
        return Finding(
          .fail, "memory", "with all defaults \(refusal.text)",
          advice: "raise it; \(refusal.advice)")
      }
      return Finding(
        .ok, "memory",
        "a training with all defaults needs about \(try need.bytes() >> 20) MiB "
          + "in each rank, and there is more"
      )
    } catch {
      return Finding(.fail, "memory", "\(error)")
    }
  }
}
