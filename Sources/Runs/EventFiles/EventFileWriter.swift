import Files
internal import Glibc
internal import SwiftProtobuf

/// Writes one of TensorBoard's event files.
///
/// What is written is there for a running TensorBoard at once. A resumed run writes another file
/// into the same folder. One writer at a time has a folder.
public final class EventFileWriter {
  public let path: String
  private let file: UnsafeMutablePointer<FILE>

  /// Makes a file in `folder`, and the folder if it is missing.
  ///
  /// - Parameter step: the first that will be written; TensorBoard drops what earlier files tell of
  ///   it and of later ones, which a run that ended without a checkpoint has done in vain.
  public init(folder: String, startingAt step: Int) throws(FileError) {
    guard mkdir(folder, 0o777) == 0 || errno == EEXIST else { throw Self.failure(folder) }
    (path, file) = try Self.makeFile(in: folder)
    var version = Event()
    version.fileVersion = "brain.Event:2"
    try write(version)
    try restart(at: step)
  }

  /// Drops what was told of a step and of later ones, which is going to be told again.
  public func restart(at step: Int) throws(FileError) {
    var start = Event()
    start.step = Int64(step)
    start.sessionLog.status = .start
    try write(start)
  }

  deinit { fclose(file) }

  /// Adds a group of values at one step, as one record.
  public func write(_ values: [TaggedValue], step: Int) throws(FileError) {
    var event = Event()
    event.step = Int64(step)
    event.summary.value = values.map(\.message)
    try write(event)
  }

  private func write(_ event: Event) throws(FileError) {
    var event = event
    event.wallTime = Self.now()
    guard let data: [UInt8] = try? event.serializedBytes() else {
      throw Self.failure(path, EOVERFLOW)
    }
    let record = TFRecord.framed(data)
    guard fwrite(record, 1, record.count, file) == record.count, fflush(file) == 0 else {
      throw Self.failure(path)
    }
  }

  private static func makeFile(
    in folder: String
  ) throws(FileError) -> (String, UnsafeMutablePointer<FILE>) {
    let seconds = EventFileName.nextSecond(in: folder)
    var number = 0
    while true {
      let path = "\(folder)/\(EventFileName.make(seconds: seconds, number: number))"
      if let file = fopen(path, "wbxe") { return (path, file) }
      guard errno == EEXIST else { throw failure(folder) }
      number += 1
    }
  }

  private static func failure(_ path: String, _ code: Int32 = errno) -> FileError {
    let remedy = code == ENOTDIR ? "; move what lies there out of the way" : ""
    return FileError(
      path,
      "TensorBoard's files cannot be written there: \(String(cString: strerror(code)))\(remedy)")
  }

  /// Seconds since 1970.
  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
