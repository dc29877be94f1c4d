import Tensors

/// Memory that the kernels of one worker use one after the other.
///
/// It is lent for the length of a kernel's call and grows before that, never while it is lent: no
/// pointer into it can be void.
final class WorkerScratch {
  private var memory = AlignedBuffer<UInt8>(count: 0)
  private var isLent = false

  /// Calls `body` with at least so many bytes of any content, aligned to a page.
  func lend(bytes: Int, _ body: (UnsafeMutableRawPointer) -> Void) {
    precondition(!isLent, "a worker runs one kernel at a time")
    if bytes > memory.count { memory = AlignedBuffer(count: bytes) }
    isLent = true
    defer { isLent = false }
    body(UnsafeMutableRawPointer(memory.baseAddress))
  }
}
