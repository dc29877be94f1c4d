import Dispatch
import Files
import Imaging
import Synchronization

extension DatasetSource {
  /// Cases of an .h5 that are read at once: opening it takes longer than reading one.
  private static let block = 32

  /// Hands every case, or why it cannot be used, to `body`: a bad one does not keep the others from
  /// being read, as `load` does.
  ///
  /// - Parameters:
  ///   - range: Positions in `names`.
  ///   - body: Called once for each of them, on several threads and in any order.
  public func forEachCase(
    in range: Range<Int>, threads: Int,
    _ body: @Sendable (_ position: Int, _ outcome: Result<LoadedCase, FileError>) -> Void
  ) {
    let size = hasOriginals ? 1 : Self.block
    let count = (range.count + size - 1) / size
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, count))) { _ in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        let start = range.lowerBound + index * size
        attempt(start..<min(start + size, range.upperBound), body)
      }
    }
  }

  /// A block that cannot be read whole is read case by case.
  private func attempt(
    _ range: Range<Int>, _ body: (_ position: Int, _ outcome: Result<LoadedCase, FileError>) -> Void
  ) {
    do throws(FileError) {
      for (position, one) in zip(range, try load(cases: range)) { body(position, .success(one)) }
    } catch {
      guard range.count > 1 else { return body(range.lowerBound, .failure(error)) }
      for position in range { attempt(position..<(position + 1), body) }
    }
  }

  /// Paths of the image and then of the masks at a position of `names`; none in an .h5.
  public func paths(of position: Int) -> [String] {
    guard case .folder(let files) = storage else { return [] }
    return [files[position].image] + files[position].masks
  }

  /// The sizes of the image and of each of its masks before resizing; nil where one of them cannot be
  /// read, and in an .h5.
  public func fileSizes(of position: Int) -> (image: Dataset.PixelSize, masks: [Dataset.PixelSize])?
  {
    guard case .folder(let files) = storage else { return nil }
    return try? CaseDecoder(files: files[position], imageSize: imageSize).sizes()
  }
}
