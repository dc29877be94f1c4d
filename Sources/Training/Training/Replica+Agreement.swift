import Digests
import MPI
import Network

extension Replica {
  /// Refuses to go on when the ranks hold different bits: compares fingerprints of every tensor of the
  /// student, the momentum and the teacher. Collective, between steps.
  ///
  /// - Returns: the ranks and the tensor in words, or nil where all replicas are the same.
  func firstDifference(hasTeacher: Bool) throws -> String? {
    guard world.size > 1 else { return nil }
    try awaitTeacher()
    var names: [String] = []
    var values: [UInt64] = []
    func add(_ name: String, _ bytes: UnsafeRawBufferPointer) {
      var fingerprint = Fingerprint64()
      fingerprint.update(bytes)
      names.append(name)
      values.append(fingerprint.value)
    }
    func add(_ name: String, _ model: ModelState) {
      for slot in model.layout.parameters {
        add("\(name)/\(slot.name)", UnsafeRawBufferPointer(model.values(of: slot)))
      }
      for (index, slot) in model.layout.buffers.enumerated() {
        let statistics = slot.means.lowerBound..<slot.variances.upperBound
        add(
          "\(name)/\(slot.name).running_mean or running_var",
          UnsafeRawBufferPointer(
            UnsafeMutableBufferPointer(rebasing: model.running.values[statistics])))
        names.append("\(name)/\(slot.name).num_batches_tracked")
        values.append(UInt64(bitPattern: model.batchesTracked[index]))
      }
    }
    add("student", student)
    for slot in student.layout.parameters {
      add(
        "optimizer/momentum/\(slot.name)",
        UnsafeRawBufferPointer(
          UnsafeMutableBufferPointer(rebasing: optimizer.momentum.values[slot.range])))
    }
    if hasTeacher { add("teacher", teacher) }
    guard let difference = try world.firstDifference(in: values) else { return nil }
    return "\(difference.ranks) in \(names[difference.index])"
  }
}
