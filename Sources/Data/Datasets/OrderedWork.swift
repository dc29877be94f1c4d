import Dispatch
import Files
import Synchronization

/// Makes items on several threads and hands them over in their order, a bounded number ahead: what comes of
/// it does not depend on the number of threads, nor does the error, which is that of the first bad item.
public enum OrderedWork {
  /// Items made ahead, for each thread.
  private static let ahead = 4

  /// - Parameters:
  ///   - range: numbers of the items.
  ///   - make: called on the threads, each number once.
  ///   - use: called here, in order.
  public static func run<Item: Sendable>(
    _ range: Range<Int>, threads: Int, make: @escaping @Sendable (Int) throws(FileError) -> Item,
    use: (_ number: Int, _ item: consuming Item) throws(FileError) -> Void
  ) throws(FileError) {
    let threads = max(1, min(threads, range.count))
    let bench = Bench<Item>(range, places: threads * ahead)
    let workers = DispatchGroup()
    let queue = DispatchQueue(label: "workers", attributes: .concurrent)
    for _ in 0..<threads { queue.async(group: workers) { bench.work(make) } }
    defer {
      bench.close(workers: threads)
      workers.wait()
    }
    for number in range { try use(number, try bench.take(number)) }
  }

  /// Where items lie between those who make them and the one who takes them.
  private final class Bench<Item: Sendable>: Sendable {
    private let end: Int
    private let next: Atomic<Int>
    private let items: Mutex<[Result<Item, FileError>?]>
    private let isReady: [DispatchSemaphore]
    private let free: DispatchSemaphore

    init(_ range: Range<Int>, places: Int) {
      end = range.upperBound
      next = Atomic(range.lowerBound)
      items = Mutex(Array(repeating: nil, count: places))
      isReady = (0..<places).map { _ in DispatchSemaphore(value: 0) }
      free = DispatchSemaphore(value: places)
    }

    func work(_ make: (Int) throws(FileError) -> Item) {
      while true {
        free.wait()
        let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard number < end else { return }
        let item = Result { () throws(FileError) in try make(number) }
        items.withLock { $0[number % isReady.count] = item }
        isReady[number % isReady.count].signal()
      }
    }

    func take(_ number: Int) throws(FileError) -> Item {
      let place = number % isReady.count
      isReady[place].wait()
      let item = items.withLock { $0[place].take() }
      free.signal()
      guard let item else { throw FileError("item \(number)", "was not made") }
      return try item.get()
    }

    /// Nothing more is made: whoever waits for a place finds that there is no number left. A semaphore must
    /// end with as many places as it began with.
    func close(workers: Int) {
      next.store(end, ordering: .relaxed)
      for _ in 0..<(workers + isReady.count) { free.signal() }
    }
  }
}
