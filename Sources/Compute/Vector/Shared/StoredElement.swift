import VectorInterface

/// A type that feature maps are stored in; what is loaded of it becomes Floats.
///
/// Pixels of a block lie `lanes` values apart. `loadVector` and `storeVector` take the part of a
/// block that a register holds, of a map that begins with that part.
public protocol StoredElement: BitwiseCopyable {
  static func loadVector(_ source: Map, _ pixel: Int) -> Vector
  static func storeVector(_ value: Vector, _ destination: MutableMap, _ pixel: Int)
  static func loadBlock(_ source: Map, _ pixel: Int) -> Block
  static func storeBlock(_ value: Block, _ destination: MutableMap, _ pixel: Int)
}

extension Float: StoredElement {
  @inline(__always)
  public static func loadVector(_ source: Map, _ pixel: Int) -> Vector {
    (source + pixel * MemoryLayout<Block>.size).loadUnaligned(as: Vector.self)
  }

  @inline(__always)
  public static func storeVector(_ value: Vector, _ destination: MutableMap, _ pixel: Int) {
    (destination + pixel * MemoryLayout<Block>.size).storeBytes(of: value, as: Vector.self)
  }

  @inline(__always)
  public static func loadBlock(_ source: Map, _ pixel: Int) -> Block {
    (source + pixel * MemoryLayout<Block>.size).loadUnaligned(as: Block.self)
  }

  @inline(__always)
  public static func storeBlock(_ value: Block, _ destination: MutableMap, _ pixel: Int) {
    (destination + pixel * MemoryLayout<Block>.size).storeBytes(of: value, as: Block.self)
  }
}

/// The upper half of a Float. Rounded to nearest, ties to even, by integers: infinities and the
/// processor's NaN keep being such.
public struct BrainFloat: StoredElement {
  var bits: UInt16

  private static let blockBytes = lanes * MemoryLayout<UInt16>.size

  @inline(__always)
  public static func loadVector(_ source: Map, _ pixel: Int) -> Vector {
    let halves = (source + pixel * blockBytes).loadUnaligned(as: HalfWords.self)
    var words = Words.zero
    for lane in 0..<Vector.scalarCount { words[lane] = UInt32(halves[lane]) }
    return unsafeBitCast(words &<< 16, to: Vector.self)
  }

  @inline(__always)
  public static func storeVector(_ value: Vector, _ destination: MutableMap, _ pixel: Int) {
    let bits = unsafeBitCast(value, to: Words.self)
    let rounded = bits &+ 0x7FFF &+ ((bits &>> 16) & 1)
    var halves = HalfWords.zero
    for lane in 0..<Vector.scalarCount {
      halves[lane] = UInt16(truncatingIfNeeded: rounded[lane] >> 16)
    }
    (destination + pixel * blockBytes).storeBytes(of: halves, as: HalfWords.self)
  }

  @inline(__always)
  public static func loadBlock(_ source: Map, _ pixel: Int) -> Block {
    let halves = (source + pixel * blockBytes).loadUnaligned(as: SIMD16<UInt16>.self)
    var words = SIMD16<UInt32>.zero
    for lane in 0..<lanes { words[lane] = UInt32(halves[lane]) }
    return unsafeBitCast(words &<< 16, to: Block.self)
  }

  @inline(__always)
  public static func storeBlock(_ value: Block, _ destination: MutableMap, _ pixel: Int) {
    let bits = unsafeBitCast(value, to: SIMD16<UInt32>.self)
    let rounded = bits &+ 0x7FFF &+ ((bits &>> 16) & 1)
    var halves = SIMD16<UInt16>.zero
    for lane in 0..<lanes { halves[lane] = UInt16(truncatingIfNeeded: rounded[lane] >> 16) }
    (destination + pixel * blockBytes).storeBytes(of: halves, as: SIMD16<UInt16>.self)
  }
}
