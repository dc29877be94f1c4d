import RandomNumbers

/// The network again, in Double, written for reading: what the fast one is checked against by
/// central differences. [image][channel][pixel] throughout.
struct ReferenceNetwork {
  typealias Maps = [[[Double]]]

  let size: Int
  let channels: Int
  let groups: [Int]
  let dropoutRates: [Double]
  let dropoutKey: Philox.Key
  let samples: [UInt32]
  let iteration: UInt32
  var parameters: [String: [Double]]
  /// Counts batch norms, whose numbers name dropout layers.
  private var layer = 0

  init(
    size: Int, channels: Int, groups: [Int], dropoutRates: [Double], dropoutKey: Philox.Key,
    samples: [UInt32], iteration: UInt32, parameters: [String: [Double]]
  ) {
    self.size = size
    self.channels = channels
    self.groups = groups
    self.dropoutRates = dropoutRates
    self.dropoutKey = dropoutKey
    self.samples = samples
    self.iteration = iteration
    self.parameters = parameters
  }

  mutating func forward(_ images: Maps) -> (logits: Maps, features: Maps) {
    layer = 0
    var x = images
    var side = size
    var skips: [Maps] = []
    for level in 0..<5 {
      if level > 0 {
        x = pooled(x, side: side)
        side /= 2
      }
      let name = level == 0 ? "encoder.in_conv" : "encoder.down\(level).maxpool_conv.1"
      x = doubleConvolution(
        x, channels << level, side, dropoutRates[level], name + ".conv_conv")
      skips.append(x)
    }
    for step in 1...4 {
      let width = channels << (4 - step)
      x = convolution(x, width, side, 1, "decoder.up\(step).conv1x1")
      x = enlarged(x, side: side)
      side *= 2
      x = zip(skips[4 - step], x).map { $0 + $1 }
      x = doubleConvolution(x, width, side, 0, "decoder.up\(step).conv.conv_conv")
    }
    let logits = convolution(x, 2, side, 3, "decoder.out_conv")
    var y = logits
    for (index, width) in [8, 16].enumerated() {
      let name = "decoder.proj.conv_\(index + 1)"
      y = convolution(y, width, side, 3, name + ".conv")
      y = normalized(y, slope: 0, rate: 0, name + ".bn")
      y = pooled(y, side: side)
      side /= 2
    }
    return (logits, convolution(y, 16, side, 1, "decoder.proj.final"))
  }

  private mutating func doubleConvolution(
    _ x: Maps, _ width: Int, _ side: Int, _ rate: Double, _ name: String
  ) -> Maps {
    let first = convolution(x, width, side, 3, name + ".0")
    let middle = normalized(first, slope: 0.01, rate: rate, name + ".1")
    let second = convolution(middle, width, side, 3, name + ".4")
    return normalized(second, slope: 0.01, rate: 0, name + ".5")
  }

  private func convolution(
    _ x: Maps, _ outputs: Int, _ side: Int, _ kernel: Int, _ name: String
  ) -> Maps {
    let weights = parameters[name + ".weight"]!
    let bias = parameters[name + ".bias"]!
    return x.map { image in
      (0..<outputs).map { o in
        var plane = [Double](repeating: bias[o], count: side * side)
        for (i, source) in image.enumerated() {
          for ky in 0..<kernel {
            for kx in 0..<kernel {
              let w = weights[((o * image.count + i) * kernel + ky) * kernel + kx]
              let dy = ky - kernel / 2
              let dx = kx - kernel / 2
              for row in max(0, -dy)..<min(side, side - dy) {
                for column in max(0, -dx)..<min(side, side - dx) {
                  plane[row * side + column] += w * source[(row + dy) * side + column + dx]
                }
              }
            }
          }
        }
        return plane
      }
    }
  }

  private mutating func normalized(
    _ x: Maps, slope: Double, rate: Double, _ name: String
  ) -> Maps {
    defer { layer += 1 }
    let gamma = parameters[name + ".weight"]!
    let beta = parameters[name + ".bias"]!
    var result = x
    for group in Set(groups).sorted() {
      let members = groups.indices.filter { groups[$0] == group }
      for c in gamma.indices {
        let values = members.flatMap { x[$0][c] }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance =
          values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        for member in members {
          result[member][c] = x[member][c].map { value in
            let y = (value - mean) / (variance + 1e-5).squareRoot() * gamma[c] + beta[c]
            return y > 0 ? y : slope * y
          }
        }
      }
    }
    guard rate > 0 else { return result }
    return result.enumerated().map { image, planes in
      planes.enumerated().map { c, plane in
        zip(plane, kept(rate: rate, image: image, channel: c, count: plane.count)).map(*)
      }
    }
  }

  /// The kept factors of one channel: eight 16-bit numbers of each Philox block.
  private func kept(rate: Double, image: Int, channel: Int, count: Int) -> [Double] {
    let threshold = UInt32((rate * 65536).rounded())
    let scale = 65536 / (65536 - Double(threshold))
    return (0..<count).map { pixel in
      let words = Philox.words(
        Philox.Counter(
          UInt32(pixel / 8), UInt32(channel) | UInt32(layer) << 16, samples[image], iteration),
        key: dropoutKey)
      let word = words[pixel % 8 / 2]
      let bits = pixel % 2 == 0 ? word & 0xFFFF : word >> 16
      return bits < threshold ? 0 : scale
    }
  }

  private func pooled(_ x: Maps, side: Int) -> Maps {
    let half = side / 2
    return x.map { image in
      image.map { plane in
        (0..<(half * half)).map { k in
          let start = k / half * 2 * side + k % half * 2
          return max(
            max(plane[start], plane[start + 1]), max(plane[start + side], plane[start + side + 1]))
        }
      }
    }
  }

  private func enlarged(_ x: Maps, side: Int) -> Maps {
    let step = Double(side - 1) / Double(2 * side - 1)
    func place(_ output: Int) -> (Int, Double) {
      let lower = min(Int(Double(output) * step), side - 2)
      return (lower, Double(output) * step - Double(lower))
    }
    return x.map { image in
      image.map { plane in
        (0..<(4 * side * side)).map { k in
          let (y, wy) = place(k / (2 * side))
          let (x, wx) = place(k % (2 * side))
          let upper = plane[y * side + x] * (1 - wx) + plane[y * side + x + 1] * wx
          let lower = plane[(y + 1) * side + x] * (1 - wx) + plane[(y + 1) * side + x + 1] * wx
          return upper * (1 - wy) + lower * wy
        }
      }
    }
  }
}
