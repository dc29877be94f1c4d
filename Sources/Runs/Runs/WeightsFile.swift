import Files
import HDF5
import Network
import Safetensors
import Settings

/// A file with weights under the published names: a checkpoint, what Python wrote with h5py, or a
/// safetensors file. Other names may stand before all of them, see `WeightNames`.
package struct WeightsFile {
  package let path: String
  /// What a checkpoint says about itself; nil for other files.
  package let header: CheckpointHeader?
  /// What a file that `export` wrote says of its weights; nil for other files.
  package let card: ModelCard?
  private let isSafetensors: Bool

  package init(_ path: String) throws(FileError) {
    self.path = path
    guard FileSystem.exists(path) else { throw FileError(path, "no such file") }
    isSafetensors = Self.isSafetensors(path)
    if isSafetensors {
      header = nil
      card = ModelCard(try SafetensorsFile(path).metadata)
      return
    }
    card = nil
    // A file that cannot be opened, or is damaged, is refused here.
    try CheckpointFile.reading(path) { _ in }
    header =
      try CheckpointFile.recognizes(path)
      ? try CheckpointFile.readHeader(path, checking: .header) : nil
  }

  /// By name; HDF5 is told by content.
  static func isSafetensors(_ path: String) -> Bool {
    SafetensorsFile.isNamed(path) && !HDF5File.isHDF5(path)
  }

  /// Settings of the run that the weights come from; nil where the file does not say.
  package func settings() throws(FileError) -> RunConfiguration? {
    if let header { return try header.settings(of: path) }
    return try card?.settings(of: path)
  }

  /// `Dataset.sourceDigest` of the images that the weights were trained on; nil where the file does not say.
  package var sourceDigest: String? { header?.sourceDigest ?? card?.sourceDigest }

  /// See `ContentDigest`.
  package func digest() throws(FileError) -> String {
    if isSafetensors { return try ContentDigest.of(try SafetensorsFile(path)) }
    do {
      return try ContentDigest.ofFile(path)
    } catch {
      throw FileError(error)
    }
  }

  /// Reads one of its models, after checking all names and shapes.
  ///
  /// - Returns: what a user should know of the names, as a sentence; nil where they are as published.
  /// - Throws: `FileError` that lists what does not fit.
  @discardableResult
  package func read(_ role: ModelRole, into model: ModelState) throws(FileError) -> String? {
    let note = try isSafetensors ? readTensors(role, into: model) : readArrays(role, into: model)
    guard model.parameters.values.allSatisfy(\.isFinite),
      model.running.values.allSatisfy(\.isFinite)
    else { throw FileError(path, "holds weights that are not finite numbers") }
    for slot in model.layout.buffers
    where slot.variances.contains(where: { model.running.values[$0] < 0 }) {
      throw FileError(path, "\(slot.name).running_var holds negative variances")
    }
    return note
  }

  private func readArrays(
    _ role: ModelRole, into model: ModelState
  ) throws(FileError) -> String? {
    try CheckpointFile.reading(path) { file in
      let names = try names(of: role, in: file, fitting: model.layout)
      try CheckpointFile.read(model, in: file, path) { names.path(of: $0) }
      return remark(on: names)
    }
  }

  private func readTensors(
    _ role: ModelRole, into model: ModelState
  ) throws(FileError) -> String? {
    let file = try SafetensorsFile(path)
    let names = try names(of: role, in: file, fitting: model.layout)
    func floats(_ name: String) throws(FileError) -> [Float] {
      try file.floats(names.path(of: name))
    }
    for slot in model.layout.parameters {
      _ = model.values(of: slot).update(fromContentsOf: try floats(slot.name))
    }
    for (index, slot) in model.layout.buffers.enumerated() {
      let statistics = try floats("\(slot.name).running_mean") + floats("\(slot.name).running_var")
      for (k, value) in statistics.enumerated() { model.running.values[slot.offset + k] = value }
      let tracked = try file.integers(names.path(of: "\(slot.name).num_batches_tracked"))
      model.batchesTracked[index] = tracked.first ?? 0
    }
    return remark(on: names)
  }

  /// Refuses weights of another network.
  ///
  /// - Throws: `FileError` that lists names and shapes that do not fit.
  package func check(_ role: ModelRole, fits layout: ParameterLayout) throws(FileError) {
    if isSafetensors {
      _ = try names(of: role, in: try SafetensorsFile(path), fitting: layout)
      return
    }
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

  /// What a file says of one of its arrays.
  private struct Description {
    var shape: [Int]
    /// Of a type that its weights can be read from.
    var isReadable: Bool
  }

  private func names(
    of role: ModelRole, in file: borrowing HDF5File, fitting layout: ParameterLayout
  ) throws -> WeightNames {
    let paths = try ContentDigest.datasets(in: file)
    let names = try choose(role, among: paths, fitting: layout)
    try check(names, layout.stateShapes) { _, place in
      Description(
        shape: try file.readShape(place), isReadable: try file.elementType(place).isNumeric)
    }
    return names
  }

  private func names(
    of role: ModelRole, in file: borrowing SafetensorsFile, fitting layout: ParameterLayout
  ) throws(FileError) -> WeightNames {
    let tensors = file.tensors
    let names = try choose(
      role, among: FileSystem.orderedByBytes(Array(tensors.keys)), fitting: layout)
    do {
      try check(names, layout.stateShapes) { shape, place in
        // Counters are the only single values.
        let type = shape.isEmpty ? SafetensorsType.int64 : .float32
        return Description(
          shape: tensors[place]?.shape ?? [], isReadable: tensors[place]?.type == type)
      }
    } catch {
      throw FileError(path, error)
    }
    return names
  }

  /// The names of a model.
  private func choose(
    _ role: ModelRole, among paths: [String], fitting layout: ParameterLayout
  ) throws(FileError) -> WeightNames {
    let wanted = layout.stateShapes
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
    return names
  }

  /// All are there and of the right shapes and types.
  private func check(
    _ names: WeightNames, _ wanted: [(name: String, shape: [Int])],
    describe: (_ shape: [Int], _ place: String) throws -> Description
  ) throws {
    var missing: [String] = []
    var different: [String] = []
    for (name, shape) in wanted {
      guard names.holds(name) else {
        missing.append("\(names.prefix)\(name) \(shape)")
        continue
      }
      let place = names.path(of: name)
      let stored = try describe(shape, place)
      // A counter may be a single value or an array of one.
      if stored.shape != shape && !(shape.isEmpty && stored.shape == [1]) {
        different.append("\(place) is \(stored.shape), not \(shape)")
      }
      guard stored.isReadable else {
        throw FileError(
          path,
          "\(place) is not \(shape.isEmpty ? "int64" : "float32"); convert the weights before saving them"
        )
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
