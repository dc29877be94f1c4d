/// Memory that one owner holds: moved into a nonblocking operation and given back by its `wait()`,
/// so that nobody can touch it while MPI does.
public struct MPIBuffer<Scalar: MPIScalar>: ~Copyable {
  @usableFromInline let storage: UnsafeMutableBufferPointer<Scalar>

  /// `count` elements of `value`, aligned to 64 bytes.
  public init(repeating value: Scalar, count: Int) {
    let bytes = UnsafeMutableRawBufferPointer.allocate(
      byteCount: count * MemoryLayout<Scalar>.stride, alignment: 64)
    storage = bytes.bindMemory(to: Scalar.self)
    storage.initialize(repeating: value)
  }

  init(adopting storage: UnsafeMutableBufferPointer<Scalar>) { self.storage = storage }

  deinit { storage.deallocate() }

  /// The number of elements.
  @inlinable public var count: Int { storage.count }

  /// The element at `index`, 0 ..< `count`.
  @inlinable public subscript(index: Int) -> Scalar {
    get {
      precondition(index >= 0 && index < storage.count, "index outside the buffer")
      return storage[index]
    }
    set {
      precondition(index >= 0 && index < storage.count, "index outside the buffer")
      storage[index] = newValue
    }
  }

  /// Lends the elements to `body`, which must not keep the pointer.
  @inlinable public mutating func withElements<Result, Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<Scalar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(storage)
  }

  /// Gives up the memory to a pending operation.
  consuming func release() -> UnsafeMutableBufferPointer<Scalar> {
    let storage = storage
    discard self
    return storage
  }
}
