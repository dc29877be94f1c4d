/// A convolution as plain sums of Doubles, zero outside the image: what all others are measured by.
/// Planes are [channels][pixels].
struct PlainConvolution {
  var inputs: Int
  var outputs: Int
  var height: Int
  var width: Int
  /// Side of the kernel, 1 or 3.
  var kernel: Int
  /// [outputs][inputs][kernel][kernel].
  var weights: [Float]

  private var pixels: Int { height * width }
  private var taps: Int { kernel * kernel }

  func forward(_ x: [Float], bias: [Float]? = nil) -> [Double] {
    let sums = convolve(x, results: outputs) { output, input, tap in
      weights[(output * inputs + input) * taps + tap]
    }
    guard let bias else { return sums }
    return sums.enumerated().map { $1 + Double(bias[$0 / pixels]) }
  }

  /// The gradient of the input from that of the output.
  func inputGradient(_ gradient: [Float]) -> [Double] {
    convolve(gradient, results: inputs) { input, output, tap in
      weights[(output * inputs + input) * taps + taps - 1 - tap]
    }
  }

  /// [outputs][inputs][kernel][kernel].
  func weightGradient(_ x: [Float], _ gradient: [Float]) -> [Double] {
    let (x, gradient) = (x.map { Double($0) }, gradient.map { Double($0) })
    var result = [Double](repeating: 0, count: weights.count)
    for index in result.indices {
      let (pair, tap) = index.quotientAndRemainder(dividingBy: taps)
      let (output, input) = pair.quotientAndRemainder(dividingBy: inputs)
      var sum = 0.0
      slide(tap) { target, source, count in
        for k in 0..<count {
          sum += gradient[output * pixels + target + k] * x[input * pixels + source + k]
        }
      }
      result[index] = sum
    }
    return result
  }

  func biasGradient(_ gradient: [Float]) -> [Double] {
    (0..<outputs).map { output in
      gradient[(output * pixels)..<((output + 1) * pixels)].reduce(0) { $0 + Double($1) }
    }
  }

  private func convolve(
    _ planes: [Float], results: Int, _ weight: (_ result: Int, _ source: Int, _ tap: Int) -> Float
  ) -> [Double] {
    let values = planes.map { Double($0) }
    var sums = [Double](repeating: 0, count: results * pixels)
    for result in 0..<results {
      for plane in 0..<(values.count / pixels) {
        for tap in 0..<taps {
          let weight = Double(weight(result, plane, tap))
          slide(tap) { target, source, count in
            for k in 0..<count {
              sums[result * pixels + target + k] += weight * values[plane * pixels + source + k]
            }
          }
        }
      }
    }
    return sums
  }

  /// The rows that a tap moves within the image: first pixels of target and source, and how many.
  @inline(__always)
  private func slide(_ tap: Int, _ body: (_ target: Int, _ source: Int, _ count: Int) -> Void) {
    let (dy, dx) = (tap / kernel - kernel / 2, tap % kernel - kernel / 2)
    let columns = max(0, -dx)..<max(max(0, -dx), min(width, width - dx))
    for row in max(0, -dy)..<max(max(0, -dy), min(height, height - dy)) {
      body(
        row * width + columns.lowerBound, (row + dy) * width + columns.lowerBound + dx,
        columns.count)
    }
  }
}
