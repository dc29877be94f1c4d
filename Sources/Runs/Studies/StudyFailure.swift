import Files
import Settings

/// Why a run of a study ended without a result, as its record says: `failures/POINT.json`.
public struct StudyFailure: Codable, Equatable, Sendable {
  /// Exit code of its last session.
  public let code: Int
  /// One line.
  public let message: String
  /// Sessions in a row that got no further.
  public let sessions: Int
  public let toolVersion: String

  private enum CodingKeys: String, CodingKey {
    case code, message, sessions
    case toolVersion = "tool_version"
  }

  package init(code: Int, message: String, sessions: Int) {
    self.code = code
    self.message = message
    self.sessions = sessions
    toolVersion = Settings.toolVersion
  }

  /// Nil where there is no record.
  init?(at path: String) {
    guard let text = try? FileSystem.readText(path) else { return nil }
    self =
      (try? JSON.value(StudyFailure.self, of: text))
      ?? StudyFailure(code: 0, message: "\(path) is damaged; remove it", sessions: 0)
  }

  package func write(to path: String) throws(FileError) {
    do {
      try FileSystem.replace(path, with: try JSON.text(of: self) + "\n")
    } catch {
      throw FileError(path, error)
    }
  }
}
