/// ‖ours − golden‖ / ‖golden‖ in the Euclidean norm, summed in Double; the plain ‖ours‖ where the
/// golden values are all zero, infinite where the lengths differ or a value is not a number.
public func relativeError(_ ours: [Float], _ golden: [Float]) -> Double {
  guard ours.count == golden.count else { return .infinity }
  var difference = 0.0
  var norm = 0.0
  for (a, b) in zip(ours, golden) {
    difference += (Double(a) - Double(b)) * (Double(a) - Double(b))
    norm += Double(b) * Double(b)
  }
  let error = (norm == 0 ? difference : difference / norm).squareRoot()
  return error.isNaN ? .infinity : error
}
