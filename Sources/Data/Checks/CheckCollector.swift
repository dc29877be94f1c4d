import Datasets
import Files
import Synchronization

/// Takes in the cases of a data set, from any thread and in any order, and keeps what is to be known of
/// them; what comes of it depends on neither.
public final class CheckCollector: Sendable {
  private let facts: Mutex<[CheckedCase?]>
  private let failures: Mutex<[(position: Int, error: FileError)]>

  /// - Parameter count: of the cases.
  public init(count: Int) {
    facts = Mutex([CheckedCase?](repeating: nil, count: count))
    failures = Mutex([])
  }

  /// A case, or why it cannot be used.
  public func examine(_ position: Int, _ outcome: Result<LoadedCase, FileError>) {
    switch outcome {
    case .success(let loaded):
      let known = CheckedCase(loaded)
      facts.withLock { $0[position] = known }
    case .failure(let error):
      failures.withLock { $0.append((position, error)) }
    }
  }

  /// Nil where a case has failed or was not looked at.
  var collected: [CheckedCase?] { facts.withLock { $0 } }

  var sortedFailures: [(position: Int, error: FileError)] {
    failures.withLock { $0 }.sorted { $0.position < $1.position }
  }
}
