import VectorInterface

/// The kernels of this processor family. The files beside this one are shared by all vector
/// modules (each has a link to this folder); only `Lanes.swift` differs.
///
/// **One arithmetic.** A block of channels, or of neighbouring pixels of a plane, has 16 lanes on
/// every processor; a register holds all of them or half. Lanes never meet but in sums that run over
/// them in order, so that the halves of a block may be computed together or one after the other. Every
/// operation is one of IEEE 754: +, −, ×, ÷, √, fused multiply-add, conversions, comparisons.
public enum Implementation: VectorKernels {}

/// Kernels on feature maps whose values are stored as `Element`. Each conforming type is concrete,
/// so that the shared source is compiled for it.
public protocol StoredMapKernels: MapKernels {
  associatedtype Element: StoredElement
}

/// Feature maps of Float.
public enum SinglePrecisionMaps: StoredMapKernels {
  public typealias Element = Float
}

/// Feature maps of bfloat16: half the memory, 8 bits of mantissa.
public enum BrainFloatMaps: StoredMapKernels {
  public typealias Element = BrainFloat
}

/// Lanes of a block, and of a register.
let lanes = 16
let vectorLanes = Vector.scalarCount
/// Registers that hold a block.
let vectorsPerBlock = lanes / Vector.scalarCount

/// A whole block: one register or two. For kernels that go through maps once and need few of them.
public typealias Block = SIMD16<Float>

extension StoredMapKernels {
  public static var lanes: Int { 16 }
  public static var valueBytes: Int { MemoryLayout<Element>.stride }
  /// Bytes of one pixel of one block.
  static var blockBytes: Int { lanes * valueBytes }
  /// Bytes of one pixel of what a register holds of a block.
  static var vectorBytes: Int { vectorLanes * valueBytes }

  @inline(__always)
  static func loadMap(_ source: Map, _ pixel: Int) -> Block { Element.loadBlock(source, pixel) }

  @inline(__always)
  static func loadMap(_ source: MutableMap, _ pixel: Int) -> Block {
    Element.loadBlock(Map(source), pixel)
  }

  @inline(__always)
  static func storeMap(_ value: Block, _ destination: MutableMap, _ pixel: Int) {
    Element.storeBlock(value, destination, pixel)
  }
}

/// Register `index` of neighbouring values.
@inline(__always)
func load(_ source: Floats, _ index: Int) -> Vector {
  UnsafeRawPointer(source + index * Vector.scalarCount).loadUnaligned(as: Vector.self)
}

@inline(__always)
func load(_ source: MutableFloats, _ index: Int) -> Vector { load(Floats(source), index) }

@inline(__always)
func store(_ value: Vector, _ destination: MutableFloats, _ index: Int) {
  UnsafeMutableRawPointer(destination + index * Vector.scalarCount)
    .storeBytes(of: value, as: Vector.self)
}

/// Block `index` of neighbouring values.
@inline(__always)
func loadBlock(_ source: Floats, _ index: Int) -> Block {
  UnsafeRawPointer(source + index * lanes).loadUnaligned(as: Block.self)
}

@inline(__always)
func storeBlock(_ value: Block, _ destination: MutableFloats, _ index: Int) {
  UnsafeMutableRawPointer(destination + index * lanes).storeBytes(of: value, as: Block.self)
}

/// Adds the lanes of a register to Doubles, lane by lane.
@inline(__always)
func addLanes(_ value: Vector, to sums: MutableDoubles) {
  for lane in 0..<Vector.scalarCount { sums[lane] += Double(value[lane]) }
}

/// The same of a block.
@inline(__always)
func addBlock(_ value: Block, to sums: MutableDoubles) {
  for lane in 0..<lanes { sums[lane] += Double(value[lane]) }
}

/// Adds all lanes to one Double, from the first to the last. The halves of a block are added one
/// after the other.
@inline(__always)
func addInOrder(_ value: Vector, to sum: inout Double) {
  for lane in 0..<Vector.scalarCount { sum += Double(value[lane]) }
}
