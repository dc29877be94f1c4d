import Files
import HDF5
import Network

/// A file with weights under the published names: a checkpoint, or what Python wrote with h5py. Other
/// names may stand before all of them, see `WeightNames`.
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
  /// - Returns: what a user should know of the names, as a sentence; nil where they are as published.
  /// - Throws: `FileError` that lists what does not fit.
  @discardableResult
  package func read(_ role: ModelRole, into model: ModelState) throws(FileError) -> String? {
    let note = try CheckpointFile.reading(path) { file in
      let names = try names(of: role, in: file, fitting: model.layout)
      try CheckpointFile.read(model, in: file, path) { names.path(of: $0) }
      return remark(on: names)
    }
    guard model.parameters.values.allSatisfy(\.isFinite),
      model.running.values.allSatisfy(\.isFinite)
    else { throw FileError(path, "holds weights that are not finite numbers") }
    for slot in model.layout.buffers
    where slot.variances.contains(where: { model.running.values[$0] < 0 }) {
      throw FileError(path, "\(slot.name).running_var holds negative variances")
    }
    return note
  }

  /// Refuses weights of another network.
  ///
  /// - Throws: `FileError` that lists names and shapes that do not fit.
  package func check(_ role: ModelRole, fits layout: ParameterLayout) throws(FileError) {
    _ = try CheckpointFile.reading(path) { file in
      try names(of: role, in: file, fitting: layout)
    }
  }

  private func remark(on names: WeightNames) -> String? {
    let prefix = names.prefix
    let isUsual = prefix.isEmpty || ModelRole.allCases.contains { "\($0)." == prefix }
    guard header == nil, !isUsual else { return nil }
    return "\(path): every name of a weight has the prefix \(prefix), which is stripped"
  }

  // MARK: The check

  /// The names of a model, all there and of the right shapes and types.
  private func names(
    of role: ModelRole, in file: borrowing HDF5File, fitting layout: ParameterLayout
  ) throws -> WeightNames {
    let wanted = layout.stateShapes
    let paths = try ContentDigest.datasets(in: file)
    let candidates = WeightNames.candidates(among: paths, of: role, for: wanted.map(\.name))
    guard candidates.count <= 1 else {
      let prefixes = candidates.map(\.prefix).joined(separator: ", ")
      throw FileError(
        path,
        "holds several models, under the prefixes \(prefixes): save the one to use in a file of its "
          + "own")
    }
    if role == .teacher, candidates.isEmpty {
      throw FileError(
        path,
        "holds no teacher; only checkpoints of self-training by switch and bcp do: use --model student"
      )
    }
    guard let names = candidates.first else {
      throw refusal(["missing": wanted.map { "\($0.name) \($0.shape)" }, "not known": paths])
    }
    try check(names, wanted, in: file)
    return names
  }

  private func check(
    _ names: WeightNames, _ wanted: [(name: String, shape: [Int])], in file: borrowing HDF5File
  ) throws {
    var missing: [String] = []
    var different: [String] = []
    for (name, shape) in wanted {
      guard names.holds(name) else {
        missing.append("\(names.prefix)\(name) \(shape)")
        continue
      }
      let place = names.path(of: name)
      let stored = try file.readShape(place)
      // A counter may be a single value or an array of one.
      if stored != shape && !(shape.isEmpty && stored == [1]) {
        different.append("\(place) is \(stored), not \(shape)")
      }
      guard try file.elementType(place).isNumeric else {
        throw FileError(
          path, "\(place) is not float32; convert the weights before saving them")
      }
    }
    guard !missing.isEmpty || !different.isEmpty else { return }
    throw refusal([
      "missing": missing, "other shapes": different,
      "not known": names.unknown(besides: wanted.map(\.name)),
    ])
  }

  private func refusal(_ parts: KeyValuePairs<String, [String]>) -> FileError {
    let text = parts.filter { !$0.value.isEmpty }.map { "\($0.key): \(Self.listed($0.value))" }
    return FileError(
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
