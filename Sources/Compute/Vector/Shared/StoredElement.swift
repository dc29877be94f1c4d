import VectorInterface

/// A type that feature maps are stored in; a vector of it becomes Floats when it is loaded.
public protocol StoredElement: BitwiseCopyable {
  /// Vector `index` of a map.
  static func load(_ source: Map, _ index: Int) -> Vector
  static func store(_ value: Vector, _ destination: MutableMap, _ index: Int)
}

extension Float: StoredElement {
  @inline(__always)
  public static func load(_ source: Map, _ index: Int) -> Vector {
    (source + index * MemoryLayout<Vector>.size).loadUnaligned(as: Vector.self)
  }

  @inline(__always)
  public static func store(_ value: Vector, _ destination: MutableMap, _ index: Int) {
    (destination + index * MemoryLayout<Vector>.size).storeBytes(of: value, as: Vector.self)
  }
}

/// The upper half of a Float.
public struct BrainFloat: StoredElement {
  var bits: UInt16

  @inline(__always)
  public static func load(_ source: Map, _ index: Int) -> Vector {
    let halves = (source + index * MemoryLayout<HalfWords>.size).loadUnaligned(as: HalfWords.self)
    var words = Words.zero
    for lane in 0..<Vector.scalarCount { words[lane] = UInt32(halves[lane]) }
    return unsafeBitCast(words &<< 16, to: Vector.self)
  }

  /// Rounds to nearest, ties to even. Infinities and the processor's NaN keep being such.
  @inline(__always)
  public static func store(_ value: Vector, _ destination: MutableMap, _ index: Int) {
    let bits = unsafeBitCast(value, to: Words.self)
    let rounded = bits &+ 0x7FFF &+ ((bits &>> 16) & 1)
    var halves = HalfWords.zero
    for lane in 0..<Vector.scalarCount {
      halves[lane] = UInt16(truncatingIfNeeded: rounded[lane] >> 16)
    }
    (destination + index * MemoryLayout<HalfWords>.size)
      .storeBytes(of: halves, as: HalfWords.self)
  }
}
