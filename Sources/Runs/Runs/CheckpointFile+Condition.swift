import Files
import HDF5
import Learning
import Network
import Settings

/// What a file of a run is good for when the run goes on.
public enum CheckpointCondition {
  case missing
  /// All that its header says can be read.
  case good(CheckpointHeader)
  /// Not what was written once; the error names file and place.
  case damaged(FileError)
}

extension CheckpointFile {
  /// Looks at the header.
  ///
  /// - Throws: `FileError` for a file that is not damaged and yet of no use: of a newer version, or one
  ///   that may not be read; and for one that can be read and says other things of itself than were
  ///   written: an edit is as likely as damage, and only its owner can tell.
  public static func condition(of path: String) throws(FileError) -> CheckpointCondition {
    guard FileSystem.exists(path) else { return .missing }
    return try condition { () throws(FileError) in
      try requireDescription(path)
      let header = try readHeader(path)
      guard (try? JSON.value(JSONValue.self, of: header.configuration))?.object != nil else {
        throw FileError(path, "its settings are not valid JSON", isDamaged: true)
      }
      return header
    }
  }

  /// Reads the whole: every array that a run goes on from.
  ///
  /// - Parameter hasTeacher: whether there must be a teacher.
  /// - Throws: as `condition(of:)`.
  public static func condition(
    of path: String, fits layout: ParameterLayout, hasTeacher: Bool
  ) throws(FileError) -> CheckpointCondition {
    guard FileSystem.exists(path) else { return .missing }
    let state = TrainingState(
      student: ModelState(layout: layout), teacher: hasTeacher ? ModelState(layout: layout) : nil,
      optimizer: MomentumOptimizer(layout: layout, weightDecay: 0))
    return try condition { () throws(FileError) in try read(path, into: state) }
  }

  private static func requireDescription(_ path: String) throws(FileError) {
    guard let file = try? HDF5File.open(path) else { return }
    do throws(HDF5Error) {
      try file.verify(.header)
    } catch {
      let damage = FileError(error)
      throw FileError(
        path, damage.message + ", or remove it to go on from the checkpoint before it")
    }
  }

  private static func condition(
    _ read: () throws(FileError) -> CheckpointHeader
  ) throws(FileError) -> CheckpointCondition {
    do throws(FileError) {
      return .good(try read())
    } catch {
      guard error.isDamaged else { throw error }
      return .damaged(error)
    }
  }
}
