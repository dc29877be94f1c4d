import VectorInterface

extension Implementation {
  public static func addFixedPoint(
    _ values: Floats, count: Int, scale: Double, to sums: UnsafeMutablePointer<Int64>
  ) {
    // Adding 1.5·2⁵² leaves the nearest integer in the low bits of the sum (ties to even).
    let magic = 0x1.8p52
    let magicBits = Int64(bitPattern: magic.bitPattern)
    for index in 0..<count {
      let shifted = Double(values[index]) * scale + magic
      sums[index] &+= Int64(bitPattern: shifted.bitPattern) &- magicBits
    }
  }

  public static func largestMagnitude(_ values: Floats, count: Int) -> UInt32 {
    var largest: UInt32 = 0
    for index in 0..<count { largest = max(largest, values[index].bitPattern & 0x7FFF_FFFF) }
    return largest
  }

  public static func updateWithMomentum(
    parameters: MutableFloats, gradients: UnsafePointer<Int64>, momentum: MutableFloats,
    count: Int, gradientUnit: Double, learningRate: Float, weightDecay: Float, decay: Float
  ) {
    for index in 0..<count {
      let gradient = Float(Double(gradients[index]) * gradientUnit)
      let w = parameters[index]
      let g = gradient.addingProduct(weightDecay, w)
      let m = g.addingProduct(decay, momentum[index])
      momentum[index] = m
      parameters[index] = w.addingProduct(-learningRate, m)
    }
  }

  public static func average(
    _ average: MutableFloats, with values: Floats, count: Int, decay: Float
  ) {
    let share = 1 - decay
    for index in 0..<count {
      average[index] = (average[index] * decay).addingProduct(share, values[index])
    }
  }
}
