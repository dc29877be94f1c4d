import Network

extension Golden {
  /// Reads parameters, and buffers where the file has them, by their published names.
  public func load(_ model: ModelState, from group: String) throws {
    for slot in model.layout.parameters {
      let values = try tensor("\(group)/\(slot.name)").values
      _ = model.values(of: slot).update(fromContentsOf: values)
    }
    for (index, slot) in model.layout.buffers.enumerated() {
      guard try exists("\(group)/\(slot.name).running_mean") else { continue }
      let means = try tensor("\(group)/\(slot.name).running_mean").values
      let variances = try tensor("\(group)/\(slot.name).running_var").values
      for k in 0..<slot.channels {
        model.running.values[slot.means.lowerBound + k] = means[k]
        model.running.values[slot.variances.lowerBound + k] = variances[k]
      }
      let tracked = try integers("\(group)/\(slot.name).num_batches_tracked").values
      model.batchesTracked[index] = tracked[0]
    }
  }
}
