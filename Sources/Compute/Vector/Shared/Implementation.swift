import VectorInterface

/// The kernels of this processor family. The files beside this one are shared by both vector
/// modules (each has a link to this folder); only `Lanes.swift` differs.
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

let lanes = Vector.scalarCount

extension StoredMapKernels {
  public static var lanes: Int { Vector.scalarCount }
  public static var valueBytes: Int { MemoryLayout<Element>.stride }
  /// Bytes of one pixel of one block.
  static var vectorBytes: Int { lanes * valueBytes }

  @inline(__always)
  static func loadMap(_ source: Map, _ index: Int) -> Vector { Element.load(source, index) }

  @inline(__always)
  static func loadMap(_ source: MutableMap, _ index: Int) -> Vector {
    Element.load(Map(source), index)
  }

  @inline(__always)
  static func storeMap(_ value: Vector, _ destination: MutableMap, _ index: Int) {
    Element.store(value, destination, index)
  }
}

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

/// max(v, slope · v): LeakyReLU for slopes in [0, 1), ReLU at 0.
@inline(__always)
func rectified(_ value: Vector, _ slope: Vector) -> Vector {
  value.replacing(with: value * slope, where: value .<= 0)
}

/// Adds the lanes of a vector to Doubles, lane by lane.
@inline(__always)
func addLanes(_ value: Vector, to sums: MutableDoubles) {
  for lane in 0..<Vector.scalarCount { sums[lane] += Double(value[lane]) }
}

/// Sum of all lanes in Double, from the first to the last.
@inline(__always)
func laneSum(_ value: Vector) -> Double {
  var sum = 0.0
  for lane in 0..<Vector.scalarCount { sum += Double(value[lane]) }
  return sum
}
