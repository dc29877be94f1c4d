import Jobs
import Kernels

/// The processor of each rank, and which kernels it computes with.
struct ProcessorExamination: Examination {
  func examine(_ job: ExaminedJob) throws -> [Finding] {
    let found = Result { () throws(KernelError) in try VectorUnit.detect() }
    job.canCompute = try job.all((try? found.get()) != nil)
    switch found {
    case .failure(let error):
      return [
        Finding(
          .fail, "processor", "\(ProcessorModel.name): \(error)",
          advice: "leave this machine out, or unset \(VectorUnit.environmentVariable)")
      ]
    case .success(let unit):
      let best = VectorUnit.allCases.last { $0.isSupported } ?? unit
      let text = "\(ProcessorModel.name), \(unit.rawValue)"
      guard unit != best else { return [Finding(.ok, "processor", text)] }
      return [
        Finding(
          .warn, "processor", "\(text), though it has \(best.rawValue)",
          advice: "unset \(VectorUnit.environmentVariable): results are the same, faster")
      ]
    }
  }
}
