import Files
import HDF5
import Methods
import Network
import Settings
import Tensors

/// Checkpoints in HDF5: `/student/…`, `/teacher/…`, `/optimizer/momentum/…` as float32
/// under the published names, shapes OIHW, with checksums; the header in root attributes; a seal over all
/// of it. Readers check the seal before they believe anything.
public enum CheckpointFile {
  // MARK: Writing

  /// Writes beside the target, makes it durable, reads all of it back, which its seal compares with what
  /// was meant, then puts it in place.
  ///
  /// - Parameter previous: what a file that is there is called from now on; nil to replace it.
  public static func write(
    _ state: TrainingState, header: CheckpointHeader, to path: String,
    keeping previous: String? = nil
  ) throws(FileError) {
    do {
      let replacement = FileReplacement(of: path)
      try write(state, header, for: replacement)
      try replacement.synchronize()
      try verify(replacement.temporaryPath)
      try replacement.commit(keeping: previous)
    } catch let error as FileError {
      throw FileError(
        path, error.isDamaged ? "read back is not what was written; check the disk" : error.message)
    } catch {
      throw FileError(path, "the checkpoint cannot be written: \(FileError(path, error).message)")
    }
  }

  private static func write(
    _ state: TrainingState, _ header: CheckpointHeader, for replacement: borrowing FileReplacement
  ) throws(HDF5Error) {
    var file = try SealedFileWriter(for: replacement)
    try write(state.student, to: "student", in: &file)
    if let teacher = state.teacher { try write(teacher, to: "teacher", in: &file) }
    for slot in state.student.layout.parameters {
      let values = UnsafeMutableBufferPointer(
        rebasing: state.optimizer.momentum.values[slot.range])
      try file.write(
        UnsafeBufferPointer(values), shape: slot.shape, at: "optimizer/momentum/\(slot.name)")
    }
    try write(header, in: &file)
    try file.close()
  }

  private static func write(
    _ model: ModelState, to group: String, in file: inout SealedFileWriter
  ) throws(HDF5Error) {
    for slot in model.layout.parameters {
      try file.write(
        UnsafeBufferPointer(model.values(of: slot)), shape: slot.shape, at: "\(group)/\(slot.name)")
    }
    for (index, slot) in model.layout.buffers.enumerated() {
      let name = "\(group)/\(slot.name)"
      try file.write(
        Array(model.running.values[slot.means]), shape: [slot.channels], at: "\(name).running_mean")
      try file.write(
        Array(model.running.values[slot.variances]), shape: [slot.channels],
        at: "\(name).running_var")
      try file.write([model.batchesTracked[index]], shape: [], at: "\(name).num_batches_tracked")
    }
  }

  private static func write(
    _ header: CheckpointHeader, in file: inout SealedFileWriter
  ) throws(HDF5Error) {
    try file.writeAttribute("format", value: CheckpointHeader.format)
    try file.writeAttribute("format_version", value: CheckpointHeader.version)
    try file.writeAttribute("configuration", value: header.configuration)
    try file.writeAttribute("phase", value: header.phase)
    try file.writeAttribute("iteration", value: header.iteration)
    if let score = header.bestScore { try file.writeAttribute("best_score", value: score) }
    if let best = header.bestIteration { try file.writeAttribute("best_iteration", value: best) }
    if header.rollbacks > 0 { try file.writeAttribute("rollbacks", value: header.rollbacks) }
    try file.writeAttribute("arithmetic_version", value: header.arithmeticVersion)
    try file.writeAttribute("source_digest", value: header.sourceDigest)
    if let digest = header.contentDigest {
      try file.writeAttribute("content_digest", value: digest)
    }
    try file.writeAttribute("tool_version", value: header.toolVersion)
    try file.writeAttribute("complete", value: true)
  }

  // MARK: Reading

  /// Reads all of a file and compares it with its seal; of a file of earlier versions, which has none, the
  /// checksums of what is read speak.
  ///
  /// - Throws: `FileError`, with `isDamaged` where the file, an array or an attribute is not as it was
  ///   written; one that is whole and something else than a checkpoint is another error.
  public static func verify(_ path: String) throws(FileError) {
    _ = try readHeader(path)
  }

  /// Whether a file says that it is a checkpoint.
  ///
  /// - Throws: `FileError`, with `isDamaged`, where what it says cannot be believed.
  public static func recognizes(_ path: String) throws(FileError) -> Bool {
    guard HDF5File.isHDF5(path) else { return false }
    return try reading(path, .header) { file in
      try file.attributeNames().contains("format")
        && (try? file.readAttribute("format", as: String.self)) == CheckpointHeader.format
    }
  }

  /// - Parameter check: how much of the file is compared with its seal.
  public static func readHeader(
    _ path: String, checking check: HDF5File.Check = .everything
  ) throws(FileError) -> CheckpointHeader {
    try reading(path, check) { file in try readHeader(file, path) }
  }

  static func readHeader(
    _ file: borrowing HDF5File, _ path: String
  ) throws -> CheckpointHeader {
    let names = try file.attributeNames()
    guard names.contains("format"),
      try file.readAttribute("format", as: String.self) == CheckpointHeader.format
    else { throw FileError(path, "not a checkpoint of switch-dist") }
    let version = try file.readAttribute("format_version", as: Int.self)
    guard (1...CheckpointHeader.version).contains(version) else {
      throw FileError(
        path,
        version > CheckpointHeader.version
          ? "checkpoint format \(version), written by a newer version of switch-dist; this one reads up to "
            + "\(CheckpointHeader.version)" : "checkpoint format \(version) does not exist",
        isDamaged: version < 1)
    }
    guard names.contains("complete") else {
      throw FileError(path, "the checkpoint is incomplete", isDamaged: true)
    }
    let phase = try file.readAttribute("phase", as: String.self)
    guard Phase.isKnown(phase) else {
      throw FileError(path, "the phase \(phase) is not known", isDamaged: true)
    }
    return CheckpointHeader(
      configuration: try file.readAttribute("configuration", as: String.self), phase: phase,
      iteration: try file.readAttribute("iteration", as: Int.self),
      bestScore: names.contains("best_score")
        ? try file.readAttribute("best_score", as: Double.self) : nil,
      bestIteration: names.contains("best_iteration")
        ? try file.readAttribute("best_iteration", as: Int.self) : nil,
      rollbacks: names.contains("rollbacks")
        ? try file.readAttribute("rollbacks", as: Int.self) : 0,
      arithmeticVersion: names.contains("arithmetic_version")
        ? try file.readAttribute("arithmetic_version", as: Int.self)
        : ArithmeticVersion.unnumbered,
      sourceDigest: try file.readAttribute("source_digest", as: String.self),
      contentDigest: names.contains("content_digest")
        ? try file.readAttribute("content_digest", as: String.self) : nil,
      toolVersion: try file.readAttribute("tool_version", as: String.self))
  }

  /// Reads student and momentum, and the teacher if the state has one, into the state.
  @discardableResult
  public static func read(
    _ path: String, into state: TrainingState
  ) throws(FileError) -> CheckpointHeader {
    try reading(path) { file in
      let header = try readHeader(file, path)
      try read(state.student, from: "student", in: file, path)
      if let teacher = state.teacher { try read(teacher, from: "teacher", in: file, path) }
      for slot in state.student.layout.parameters {
        try read(
          "optimizer/momentum/\(slot.name)", slot.shape, in: file, path,
          into: state.optimizer.momentum.values, at: slot.offset)
      }
      return header
    }
  }

  /// Reads one model: `student` or `teacher`.
  public static func read(
    _ path: String, _ group: String, into model: ModelState
  ) throws(FileError) {
    try reading(path) { file in try read(model, from: group, in: file, path) }
  }

  private static func read(
    _ model: ModelState, from group: String, in file: borrowing HDF5File, _ path: String
  ) throws {
    try read(model, in: file, path) { "\(group)/\($0)" }
  }

  /// - Parameter place: the path in the file of an array by its published name.
  static func read(
    _ model: ModelState, in file: borrowing HDF5File, _ path: String,
    at place: (_ name: String) -> String
  ) throws {
    for slot in model.layout.parameters {
      try read(
        place(slot.name), slot.shape, in: file, path, into: model.parameters.values,
        at: slot.offset)
    }
    for (index, slot) in model.layout.buffers.enumerated() {
      try read(
        place("\(slot.name).running_mean"), [slot.channels], in: file, path,
        into: model.running.values, at: slot.means.lowerBound)
      try read(
        place("\(slot.name).running_var"), [slot.channels], in: file, path,
        into: model.running.values, at: slot.variances.lowerBound)
      let tracked = try file.read(place("\(slot.name).num_batches_tracked"), as: Int64.self).values
      model.batchesTracked[index] = tracked.first ?? 0
    }
  }

  private static func read(
    _ name: String, _ shape: [Int], in file: borrowing HDF5File, _ path: String,
    into values: UnsafeMutableBufferPointer<Float>, at offset: Int
  ) throws {
    let found = try file.read(name, as: Float.self)
    guard found.shape == shape else {
      throw FileError(
        path, "\(name) has shape \(found.shape), but this network needs \(shape)",
        isDamaged: true)
    }
    for (k, value) in found.values.enumerated() { values[offset + k] = value }
  }

  /// Opens a file, checks it, and gives it to `body`.
  static func reading<Result>(
    _ path: String, _ check: HDF5File.Check = .everything,
    _ body: (borrowing HDF5File) throws -> Result
  ) throws(FileError) -> Result {
    do {
      let file = try HDF5File.open(path)
      try file.verify(check)
      return try body(file)
    } catch let error as FileError {
      throw error
    } catch let error as HDF5Error {
      throw FileError(error)
    } catch {
      throw FileError(path, error)
    }
  }
}
