import Digests
import Dispatch
import Files
import Synchronization

/// The pixels of a data set file: each picture is read when it is wanted, by any thread, and compared with
/// its digest. Some stay in memory.
public final class PixelFile: Sendable {
  private let file: RandomAccessFile
  private let rows: DatasetFileRows
  private let names: [String]
  private let pixelCount: Int
  private let cache: Mutex<Cache>
  private let verification = DispatchGroup()
  private let damage = Mutex<FileError?>(nil)

  /// Pictures by their number. Training takes all images in an order of its own before it takes one again:
  /// whatever is kept is as likely to be wanted as anything else, so that what came first stays.
  private struct Cache {
    var pictures: [Int: [UInt8]] = [:]
    /// Pictures that it still has room for.
    var room: Int
  }

  /// - Parameter cacheBytes: memory for pictures that were read, at most.
  init(
    _ path: String, rows: DatasetFileRows, names: [String], side: Int, cacheBytes: Int
  ) throws(FileError) {
    file = try RandomAccessFile(path)
    self.rows = rows
    self.names = names
    pixelCount = side * side
    cache = Mutex(Cache(room: max(0, cacheBytes) / pixelCount))
  }

  /// `Dataset.contentDigest` of what was written, as the file says under its seal.
  var contentDigest: String { rows.contentDigest }

  /// - Throws: `FileError`, `isDamaged` where the picture is not what was written.
  func pixels(
    _ plane: PixelStore.Plane, of position: Int
  ) throws(FileError) -> [UInt8] {
    let number = RowDigests.number(plane, of: position)
    if let kept = cache.withLock({ $0.pictures[number] }) { return kept }
    let pixels = try readChecked(plane, of: position)
    cache.withLock { cache in
      guard cache.room > 0, cache.pictures[number] == nil else { return }
      cache.pictures[number] = pixels
      cache.room -= 1
    }
    return pixels
  }

  private func readChecked(
    _ plane: PixelStore.Plane, of position: Int
  ) throws(FileError) -> [UInt8] {
    let pixels = try file.read(pixelCount, at: rows.offset(of: plane) + position * pixelCount)
    try check(pixels, plane, of: position)
    return pixels
  }

  private func check(
    _ pixels: [UInt8], _ plane: PixelStore.Plane, of position: Int
  ) throws(FileError) {
    if plane == .mask {
      try DatasetFile.checkMask(pixels, of: names[position], in: file.path)
    }
    let digest = pixels.withUnsafeBytes { SHA256.bytes(of: $0) }
    guard digest[...] == rows.digests[plane, of: position] else {
      throw FileError(
        file.path,
        "array \(plane.arrayName): damaged, the \(plane) of \(names[position]) is not what was"
          + " written (SHA-256); bring back a good copy of the file or make it anew",
        isDamaged: true)
    }
  }
}

// MARK: Verification

extension PixelFile {
  /// Starts reading these cases beside whatever else goes on, so that damage is found before they are wanted:
  /// images of the test list are wanted last.
  func startVerifying(_ cases: Range<Int>) {
    DispatchQueue.global(qos: .utility).async(group: verification) { [weak self] in
      for position in cases {
        guard let self, self.findsWhole(position) else { return }
      }
    }
  }

  /// Waits until that is done, no longer than this, or to the end.
  func awaitVerification(atMost limit: DispatchTimeInterval?) {
    _ = verification.wait(timeout: limit.map { .now() + $0 } ?? .distantFuture)
  }

  /// What was found until now.
  var foundDamage: FileError? { damage.withLock { $0 } }

  private func findsWhole(_ position: Int) -> Bool {
    do throws(FileError) {
      for plane in PixelStore.Plane.allCases { _ = try readChecked(plane, of: position) }
      return true
    } catch {
      damage.withLock { $0 = error }
      return false
    }
  }
}
