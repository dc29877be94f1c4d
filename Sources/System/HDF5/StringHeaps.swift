import Files
import Glibc
import Synchronization

/// The parts of a file that hold strings of variable length, checked before the first is read.
///
/// They are the only ones without a checksum in the 1.10 format, and HDF5 1.10.8 believes their
/// object sizes and crashes. Source: HDF5 File Format Specification 3.0, III.E "Global Heap".
final class StringHeaps: Sendable {
  private let path: String
  /// Bytes of the longest string found; nil before the check.
  private let longest: Mutex<Int?>

  /// - Parameter isTrusted: Whether this process has made the file itself.
  init(path: String, isTrusted: Bool) {
    self.path = path
    longest = Mutex(isTrusted ? 0 : nil)
  }

  /// Throws `damaged` where a collection does not add up, or where as many strings, which may all be the
  /// longest one, would take memory without end.
  ///
  /// Of files beyond 64 MiB the first and last 32 MiB are looked at, where attributes usually are.
  func check(reading count: Int, for site: CallSite) throws(HDF5Error) {
    let (bytes, overflow) = try measure().multipliedReportingOverflow(by: count)
    guard !overflow, bytes <= HDF5Limits.expanded(FileSystem.size(path)) else {
      throw site.error(.damaged, "GCOL", "its \(count) strings may take more memory than is sane")
    }
  }

  private func measure() throws(HDF5Error) -> Int {
    if let known = longest.withLock({ $0 }) { return known }
    var found = 0
    for bytes in StringHeaps.readEnds(of: path, 32 << 20) {
      guard let length = bytes.withUnsafeBytes({ StringHeaps.longestString($0) }) else {
        throw CallSite(filePath: path).error(
          .damaged, "GCOL", "the sizes of its stored strings do not add up")
      }
      found = max(found, length)
    }
    longest.withLock { $0 = found }
    return found
  }

  private static func readEnds(of path: String, _ length: Int) -> [[UInt8]] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    let size = Int(lseek(descriptor, 0, SEEK_END))
    func block(_ range: Range<Int>) -> [UInt8] {
      [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
        while count < range.count {
          let rest = UnsafeMutableRawBufferPointer(
            rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
          let got = pread(descriptor, rest.baseAddress, rest.count, off_t(range.lowerBound + count))
          guard got > 0 else { return }
          count += got
        }
      }
    }
    guard size > 2 * length else { return [block(0..<max(size, 0))] }
    return [block(0..<length), block((size - length)..<size)]
  }

  /// Bytes of the longest string of all collections in these bytes; nil unless each is one whole chain of
  /// objects.
  private static func longestString(_ bytes: UnsafeRawBufferPointer) -> Int? {
    // Signature, version 1, three reserved zeros, as one little-endian number.
    let signature = UInt64(littleEndian: 0x0000_0001_4C4F_4347)
    guard let base = bytes.baseAddress, bytes.count >= 8 else { return 0 }
    var longest = 0
    var next = 0
    while let found = memchr(base + next, Int32(UInt8(ascii: "G")), bytes.count - 7 - next) {
      let start = base.distance(to: found)
      next = start + 1
      guard bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self) == signature else {
        continue
      }
      guard let length = longestString(bytes, ofCollectionAt: start) else { return nil }
      longest = max(longest, length)
    }
    return longest
  }

  /// Header: signature, version, size. Objects: number, references, reserved, size, data to a
  /// multiple of 8; number 0 is free space, its size includes the header.
  private static func longestString(
    _ bytes: UnsafeRawBufferPointer, ofCollectionAt start: Int
  ) -> Int? {
    func number<T: FixedWidthInteger>(_ offset: Int, _ type: T.Type) -> T {
      T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
    }
    guard start + 16 <= bytes.count else { return 0 }
    let size = number(start + 8, UInt64.self)
    // One that reaches beyond what was read cannot be judged, unless no file holds so much.
    guard size >= 4096, size <= 1 << 30 else { return nil }
    let end = start + Int(size)
    guard end <= bytes.count else { return Int(size) }
    var longest = 0
    var position = start + 16
    var known: Set<UInt16> = []
    while position + 16 <= end {
      let index = number(position, UInt16.self)
      let length = number(position + 8, UInt64.self)
      guard length <= size, known.insert(index).inserted else { return nil }
      let step = index == 0 ? Int(length) : 16 + (Int(length) + 7) / 8 * 8
      guard step >= 16, position + step <= end else { return nil }
      if index != 0 { longest = max(longest, Int(length)) }
      position += step
    }
    return longest
  }
}
