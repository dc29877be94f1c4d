import Glibc

/// Memory of its own for `count` values: zeroed, aligned to a page (so to every vector), on huge
/// pages where the kernel grants them. Freed when it goes out of scope.
public struct AlignedBuffer<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
  public let baseAddress: UnsafeMutablePointer<Element>
  public let count: Int
  /// Address space that is reserved.
  public let byteCount: Int

  /// Huge pages are asked for from this size on.
  private static var hugePageBytes: Int { 2 << 20 }

  /// Address space that so many values take.
  public static func byteCount(of count: Int) -> Int {
    precondition(count >= 0, "a buffer cannot have a negative size")
    let wanted = max(count * MemoryLayout<Element>.stride, 1)
    let unit = wanted >= hugePageBytes ? hugePageBytes : 4096
    return (wanted + unit - 1) / unit * unit
  }

  /// Reserves `count` values; address space only, pages arrive as they are touched.
  public init(count: Int) {
    byteCount = Self.byteCount(of: count)
    let memory = mmap(
      nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let memory, memory != MAP_FAILED else { OutOfMemory.end(lacking: byteCount) }
    if byteCount >= Self.hugePageBytes { madvise(memory, byteCount, MADV_HUGEPAGE) }
    baseAddress = memory.bindMemory(to: Element.self, capacity: count)
    self.count = count
  }

  deinit { munmap(baseAddress, byteCount) }

  /// All values.
  public var values: UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(start: baseAddress, count: count)
  }

  public func fill(with value: Element) { baseAddress.update(repeating: value, count: count) }

  /// Copies `source`, which must have as many values.
  public func assign(_ source: borrowing AlignedBuffer) {
    precondition(source.count == count, "buffers differ in size")
    baseAddress.update(from: source.baseAddress, count: count)
  }
}
