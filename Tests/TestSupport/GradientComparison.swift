import Network
import Testing

/// Compares gradients tensor by tensor as the golden README says.
public func expectGradients(
  _ gradients: [Float], layout: ParameterLayout, golden: Golden, group: String,
  perTensor: Double, overall: Double
) throws {
  var references: [(slot: ParameterSlot, values: [Float])] = []
  for slot in layout.parameters where try golden.exists("\(group)/\(slot.name)") {
    references.append((slot, try golden.tensor("\(group)/\(slot.name)").values))
  }
  let largest = references.flatMap(\.values).map(abs).max() ?? 0
  let beforeNorm = Set(
    layout.buffers.map { $0.name.replacingNormalizationByConvolution + ".bias" })
  var ours: [Float] = []
  var theirs: [Float] = []
  for (slot, values) in references {
    let mine = Array(gradients[slot.range])
    ours += mine
    theirs += values
    if beforeNorm.contains(slot.name) {
      let worst = zip(mine, values).map { abs($0 - $1) }.max() ?? 0
      #expect(worst < 2e-4 * largest, "\(slot.name)")
    } else if (values.map(abs).max() ?? 0) > 1e-4 * largest {
      #expect(relativeError(mine, values) < perTensor, "\(slot.name)")
    }
  }
  #expect(!references.isEmpty)
  #expect(relativeError(ours, theirs) < overall)
}

extension String {
  /// `….conv_conv.1` → `….conv_conv.0`, `….bn` → `….conv`.
  fileprivate var replacingNormalizationByConvolution: String {
    if hasSuffix(".bn") { return String(dropLast(2)) + "conv" }
    let number = last.flatMap { Int(String($0)) } ?? 0
    return String(dropLast()) + String(number - 1)
  }
}
