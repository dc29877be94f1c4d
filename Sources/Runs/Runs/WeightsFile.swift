import Files
import HDF5
import Network

/// A file with weights under the published names: a checkpoint, or what Python wrote with h5py, at
/// the root or in the groups `student` and `teacher`.
package struct WeightsFile {
  package let path: String
  /// What a checkpoint says about itself; nil for other files.
  package let header: CheckpointHeader?

  package init(_ path: String) throws(FileError) {
    self.path = path
    guard FileSystem.exists(path) else { throw FileError(path, "no such file") }
    // A file that cannot be opened, or is damaged, is refused here.
    try CheckpointFile.reading(path) { _ in }
    header =
      try CheckpointFile.recognizes(path)
      ? try CheckpointFile.readHeader(path, checking: .header) : nil
  }

  /// Reads one of its models, after checking all names and shapes.
  ///
  /// - Throws: `FileError` that lists what does not fit.
  package func read(_ role: ModelRole, into model: ModelState) throws(FileError) {
    try CheckpointFile.reading(path) { file in
      let group = try group(of: role, in: file)
      try check(group, of: file, fits: model.layout)
      try CheckpointFile.read(model, from: group, in: file, path)
    }
    guard model.parameters.values.allSatisfy(\.isFinite),
      model.running.values.allSatisfy(\.isFinite)
    else { throw FileError(path, "holds weights that are not finite numbers") }
    for slot in model.layout.buffers
    where slot.variances.contains(where: { model.running.values[$0] < 0 }) {
      throw FileError(path, "\(slot.name).running_var holds negative variances")
    }
  }

  /// Refuses weights of another network.
  ///
  /// - Throws: `FileError` that lists names and shapes that do not fit.
  package func check(_ role: ModelRole, fits layout: ParameterLayout) throws(FileError) {
    try CheckpointFile.reading(path) { file in
      try check(try group(of: role, in: file), of: file, fits: layout)
    }
  }

  /// The group's name, empty for the root.
  private func group(
    of role: ModelRole, in file: borrowing HDF5File
  ) throws -> String {
    if try file.exists(role.rawValue) { return role.rawValue }
    guard role == .student else {
      throw FileError(
        path,
        "holds no teacher; only checkpoints of self-training by switch and bcp do: use --model student"
      )
    }
    return ""
  }

  // MARK: The check

  private func check(
    _ group: String, of file: borrowing HDF5File, fits layout: ParameterLayout
  ) throws {
    let prefix = group.isEmpty ? "" : "\(group)/"
    let found = try ContentDigest.datasets(in: file).filter { $0.hasPrefix(prefix) }
      .map { String($0.dropFirst(prefix.count)) }
    let known = Set(found)
    var missing: [String] = []
    var different: [String] = []
    let wanted = layout.stateShapes
    for (name, shape) in wanted {
      guard known.contains(name) else {
        missing.append("\(name) \(shape)")
        continue
      }
      let stored = try file.readShape("\(group)/\(name)")
      // A counter may be a single value or an array of one.
      if stored != shape && !(shape.isEmpty && stored == [1]) {
        different.append("\(name) is \(stored), not \(shape)")
      }
      guard try file.elementType("\(group)/\(name)").isNumeric else {
        throw FileError(
          path, "\(name) is not float32; convert the weights before saving them")
      }
    }
    guard !missing.isEmpty || !different.isEmpty else { return }
    let unknown = known.subtracting(wanted.map(\.name)).sorted()
    let parts = [("missing", missing), ("other shapes", different), ("not known", unknown)]
    let text = parts.filter { !$0.1.isEmpty }.map { "\($0.0): \(Self.listed($0.1))" }
    throw FileError(
      path, "the weights do not fit this network; \(text.joined(separator: "; "))")
  }

  /// The first few of a list and the number of the others.
  private static func listed(_ items: [String]) -> String {
    let shown = items.prefix(4).joined(separator: ", ")
    return items.count > 4 ? "\(shown) and \(items.count - 4) more" : shown
  }
}

extension ParameterLayout {
  /// Names and shapes of the published state dict.
  var stateShapes: [(name: String, shape: [Int])] {
    parameters.map { ($0.name, $0.shape) }
      + buffers.flatMap { slot in
        [
          ("\(slot.name).running_mean", [slot.channels]),
          ("\(slot.name).running_var", [slot.channels]),
          ("\(slot.name).num_batches_tracked", []),
        ]
      }
  }
}
