import Files
import HDF5
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

  /// Changes the file as a disk would that HDF5's checksums do not see through.
  private func expectDamage<Value: HDF5Scalar>(
    in name: String, _ change: (inout [Value]) -> Void
  ) throws {
    try CheckpointFile.verify(path)
    do {
      let file = try HDF5File.open(path, writable: true)
      let array = try file.openDataset(name)
      var values = try array.read(as: Value.self)
      change(&values)
      try values.withUnsafeBufferPointer { try array.write($0) }
      try array.close()
      try file.close()
    }
    let error = #expect(throws: FileError.self) { try CheckpointFile.verify(path) }
    #expect(error?.isDamaged == true)
    #expect(error?.message.contains("array \(name): damaged") == true, "\(error?.message ?? "")")
    try CheckpointFile.write(state, header: header, to: path)
  }

  @Test func everyPartIsCompared() throws {
    let layout = state.student.layout
    let (first, last) = (layout.parameters[0], try #require(layout.parameters.last))
    let buffer = try #require(layout.buffers.last)
    // Numbers would call two zeros equal and two NaN different.
    try expectDamage(in: "student/\(first.name)") { (values: inout [Float]) in values[7] = 0 }
    try expectDamage(in: "teacher/\(last.name)") { (values: inout [Float]) in
      values[values.count - 1] += 1
    }
    try expectDamage(in: "optimizer/momentum/\(last.name)") { (values: inout [Float]) in
      values[0] = -0.0
    }
    try expectDamage(in: "student/\(buffer.name).running_mean") { (values: inout [Float]) in
      values[0] = 1
    }
    try expectDamage(in: "teacher/\(buffer.name).running_var") { (values: inout [Float]) in
      values[values.count - 1] = 2
    }
    try expectDamage(in: "teacher/\(buffer.name).num_batches_tracked") {
      (values: inout [Int64]) in values[0] = 5
    }
  }

  @Test func theHeaderIsCompared() throws {
    let file = try HDF5File.open(path, writable: true)
    try file.writeAttribute("iteration", value: 4)
    try file.close()
    for check in [HDF5File.Check.everything, .header] {
      let error = #expect(throws: FileError.self) {
        try CheckpointFile.readHeader(path, checking: check)
      }
      #expect(error?.isDamaged == true)
      #expect(error?.message.contains("attribute iteration of /") == true)
    }
  }

  /// Whole, but something else, is no damage.
  @Test func whatIsNoCheckpointIsNotDamaged() throws {
    let file = try HDF5File.create(path)
    try file.writeAttribute("format", value: "something else")
    try file.close()
    let error = #expect(throws: FileError.self) { try CheckpointFile.verify(path) }
    #expect(error?.isDamaged == false)
  }
}
