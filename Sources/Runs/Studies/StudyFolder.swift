import Files
import Runs

/// The files of a study.
public struct StudyFolder: Sendable {
  public let path: String

  public init(_ path: String) { self.path = path }

  /// The folder's own name.
  public var name: String { FileSystem.lastComponent(path) }

  /// The copy of the plan.
  public var plan: String { "\(path)/plan.yaml" }

  public func run(_ point: StudyPoint) -> RunFolder { RunFolder("\(path)/runs/\(point.name)") }

  /// The options of a run, for `train --config`.
  public func options(_ point: StudyPoint) -> String { "\(path)/options/\(point.name).yaml" }

  /// What the processes of a run printed.
  public func log(_ point: StudyPoint) -> String { "\(path)/logs/\(point.name).log" }

  /// What the lock of a run's worker is for; the lock lies beside it.
  package func claim(_ point: StudyPoint) -> String { "\(path)/claims/\(point.name)" }

  /// See `StudyFailure`.
  public func failure(_ point: StudyPoint) -> String { "\(path)/failures/\(point.name).json" }

  /// Folders that workers write into.
  package var folders: [String] {
    ["runs", "options", "logs", "claims", "failures"].map { "\(path)/\($0)" }
  }
}
