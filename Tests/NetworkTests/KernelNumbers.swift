import Kernels
import RandomNumbers

/// Numbers for kernels.
enum KernelNumbers {
  /// The processor families that this machine has.
  static let units = VectorUnit.allCases.filter(\.isSupported)

  static func random(_ count: Int, _ range: Range<Double> = -1..<1, seed: UInt64) -> [Float] {
    var stream = RandomStream(seed: seed, purpose: .kernelProbe)
    return (0..<count).map { _ in Float(stream.uniform(in: range)) }
  }

  /// In -2..<2, with what families could treat differently among them: zeros of both signs, denormals,
  /// ties of bfloat16, and numbers so large and small that even Doubles show the order of a sum.
  static func peculiar(_ count: Int, seed: UInt64) -> [Float] {
    var stream = RandomStream(seed: seed, purpose: .kernelProbe)
    return (0..<count).map { _ in
      let value = Float(stream.uniform(in: -2..<2))
      return switch Int(stream.uniform(in: 0..<24)) {
      case 0, 1: 0
      case 2: -0.0
      case 3: value * Float.leastNormalMagnitude / 4
      case 4: Float(bitPattern: value.bitPattern & 0xFFFF_0000 | 0x8000)
      case 5: value * 1e6
      case 6: value * 1e-9
      default: value
      }
    }
  }

  /// Zeros and ones.
  static func mask(_ count: Int, share: Double, seed: UInt64) -> [Float] {
    random(count, 0..<1, seed: seed).map { Double($0) < share ? 1 : 0 }
  }
}
