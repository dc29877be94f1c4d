import Files
import HDF5
import Network

extension CheckpointFile {
  /// Reads every data set of a file and compares it with the state in memory, bit for bit.
  ///
  /// - Throws: `FileError` naming the first part that differs or cannot be read.
  public static func verify(
    _ path: String, holds state: TrainingState, header: CheckpointHeader
  ) throws(FileError) {
    try reading(path) { file in
      guard try readHeader(file, path) == header else { throw difference(path, "the header") }
      try verify(state.student, in: "student", of: file, path)
      if let teacher = state.teacher { try verify(teacher, in: "teacher", of: file, path) }
      for slot in state.student.layout.parameters {
        try verify(
          "optimizer/momentum/\(slot.name)", slot.shape, of: file, path,
          holds: state.optimizer.momentum.values[slot.range])
      }
    }
  }

  private static func verify(
    _ model: ModelState, in group: String, of file: borrowing HDF5File, _ path: String
  ) throws {
    for slot in model.layout.parameters {
      try verify(
        "\(group)/\(slot.name)", slot.shape, of: file, path,
        holds: model.parameters.values[slot.range])
    }
    for (index, slot) in model.layout.buffers.enumerated() {
      let name = "\(group)/\(slot.name)"
      try verify(
        "\(name).running_mean", [slot.channels], of: file, path,
        holds: model.running.values[slot.means])
      try verify(
        "\(name).running_var", [slot.channels], of: file, path,
        holds: model.running.values[slot.variances])
      let tracked = try file.read("\(name).num_batches_tracked", as: Int64.self).values
      guard tracked == [model.batchesTracked[index]] else {
        throw difference(path, "\(name).num_batches_tracked")
      }
    }
  }

  private static func verify(
    _ name: String, _ shape: [Int], of file: borrowing HDF5File, _ path: String,
    holds values: Slice<UnsafeMutableBufferPointer<Float>>
  ) throws {
    let found = try file.read(name, as: Float.self)
    // Numbers would call two zeros equal and two NaN different.
    let isSame = found.values.lazy.map(\.bitPattern).elementsEqual(values.lazy.map(\.bitPattern))
    guard found.shape == shape && isSame else { throw difference(path, name) }
  }

  private static func difference(_ path: String, _ part: String) -> FileError {
    FileError(path, "\(part) read back is not what was written; check the disk")
  }
}
