import Files
import Learning
import Methods
import Network
import Runs
import TestSupport
import Testing
import Training

/// A checkpoint is read back whole before it takes the place of the last one.
@Suite struct CheckpointVerificationTests {
  private let folder: TemporaryFolder
  private let state: TrainingState
  private let header = CheckpointHeader(
    configuration: "{}", phase: "self-training", iteration: 3, bestScore: 0.5, bestIteration: 2,
    arithmeticVersion: 2, sourceDigest: "s", contentDigest: "c", toolVersion: "v")

  private var path: String { folder.file("last.h5") }

  init() throws {
    folder = try TemporaryFolder()
    let layout = UNet(.init(imageSize: 32, initialChannels: 16)).graph.layout
    state = TrainingState(
      student: ModelState(layout: layout, seed: 1), teacher: ModelState(layout: layout, seed: 2),
      optimizer: MomentumOptimizer(layout: layout, weightDecay: 0))
    // Not equal to itself as a number.
    state.student.parameters.values[7] = .nan
    try CheckpointFile.write(state, header: header, to: path)
  }

  private func expectDifference(in part: String, _ change: () -> Void) throws {
    try CheckpointFile.verify(path, holds: state, header: header)
    change()
    let error = #expect(throws: FileError.self) {
      try CheckpointFile.verify(path, holds: state, header: header)
    }
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    try CheckpointFile.write(state, header: header, to: path)
  }

  @Test func everyPartIsCompared() throws {
    let layout = state.student.layout
    let (first, last) = (layout.parameters[0], try #require(layout.parameters.last))
    let buffer = try #require(layout.buffers.last)
    try expectDifference(in: "student/\(first.name)") { state.student.parameters.values[7] = 0 }
    try expectDifference(in: "student/\(first.name)") { state.student.parameters.values[7] = -0.0 }
    let teacher = try #require(state.teacher)
    try expectDifference(in: "teacher/\(last.name)") {
      teacher.parameters.values[last.range.upperBound - 1] += 1
    }
    try expectDifference(in: "optimizer/momentum/\(last.name)") {
      state.optimizer.momentum.values[last.offset] = 1
    }
    try expectDifference(in: "student/\(buffer.name).running_mean") {
      state.student.running.values[buffer.means.lowerBound] = 1
    }
    try expectDifference(in: "teacher/\(buffer.name).running_var") {
      teacher.running.values[buffer.variances.upperBound - 1] = 2
    }
    try expectDifference(in: "teacher/\(buffer.name).num_batches_tracked") {
      teacher.batchesTracked[layout.buffers.count - 1] = 5
    }
  }

  @Test func theHeaderIsCompared() throws {
    var other = header
    other.iteration = 4
    #expect(throws: FileError.self) {
      try CheckpointFile.verify(path, holds: state, header: other)
    }
  }
}
