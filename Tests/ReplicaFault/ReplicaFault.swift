import Glibc
import Network
import Settings
import Training

/// Trains like `switch-dist`, but one bit of one rank's student flips after an update, as a fault of
/// memory would make it: `replica-fault RANK ITERATION PARAMETER FOLDER`.
@main
struct ReplicaFault {
  static func main() {
    do {
      try train()
    } catch {
      exit(1)
    }
  }

  private static func train() throws {
    let arguments = CommandLine.arguments.dropFirst()
    let numbers = arguments.dropLast().compactMap { Int($0) }
    precondition(numbers.count == 3, "usage: replica-fault RANK ITERATION PARAMETER FOLDER")
    var configuration = RunConfiguration()
    configuration.data.imageSize = 32
    configuration.data.labeledRatio = 0.2
    configuration.schedule.preIterations = 4
    configuration.schedule.selfIterations = 4
    configuration.schedule.evaluationInterval = 2
    configuration.execution.threadCount = 1
    configuration.execution.runDirectory = arguments.last
    try runTraining(
      configuration,
      afterUpdate: { rank, iteration, student in
        guard rank == numbers[0], iteration == numbers[1] else { return }
        let value = student.parameters.values[numbers[2]]
        student.parameters.values[numbers[2]] = Float(bitPattern: value.bitPattern ^ 1)
      })
  }
}
