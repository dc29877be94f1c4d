import Jobs
import Kernels
import MPI

/// The libraries of each rank; none decides a bit, but MPI's must speak the same language.
struct LibraryExamination: Examination {
  func examine(_ job: ExaminedJob) throws -> [Finding] {
    let names = try job.world.allGather(MPILibrary.version)
    let status: Finding.Status = names.contains { $0 != names[0] } ? .warn : .ok
    return [
      Finding(
        status, "libraries",
        "\(ProgramDescription.libraries); kernels of OpenBLAS for \(OpenBLASLibrary.kernels)",
        advice: status == .ok ? "" : "use the same MPI library on all hosts")
    ]
  }
}
