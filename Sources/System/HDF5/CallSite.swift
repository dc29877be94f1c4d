internal import CHDF5
import Files

/// The file and object a call is about, and the one way this module calls HDF5: checked, and
/// without HDF5 printing its stack by itself.
struct CallSite: Sendable {
  var filePath: String
  var objectPath: String?

  /// Runs one C call; a negative result becomes an error that carries the walked stack.
  @discardableResult
  func call<Result: SignedInteger>(
    _ name: String, message: String = "", _ body: () -> Result
  ) throws(HDF5Error) -> Result {
    CallSite.silence()
    let result = body()
    guard result < 0 else { return result }
    throw error(after: name, message: message)
  }

  /// The same for calls that make a handle.
  func handle(
    _ name: String, message: String = "", _ body: () -> Int64
  ) throws(HDF5Error) -> Handle {
    Handle(id: try call(name, message: message, body))
  }

  func error(_ kind: HDF5Error.Kind, _ call: String, _ message: String) -> HDF5Error {
    HDF5Error(kind, call: call, at: self, message: message)
  }

  /// The error for a call that just failed on this thread.
  func error(after call: String, message: String = "") -> HDF5Error {
    let stack = CallSite.walkStack()
    let kind = HDF5Error.Kind(stack)
    let user = kind == .inUse ? ": \(CallSite.user(of: filePath))" : ""
    return HDF5Error(kind, call: call, at: self, message: message + user, stack: stack)
  }

  /// Who has a file that is in use, and what to do.
  private static func user(of path: String) -> String {
    guard let holder = FileHolder(of: path) else {
      return
        "another process has it open for writing, perhaps on another machine, or left it so when it was "
        + "killed; wait for its end, or copy the file anew (or h5clear -s)"
    }
    return "\(holder) has it open for writing; wait for its end, or copy the file"
  }

  /// Error stacks belong to threads, so this is said before each call rather than once.
  static func silence() {
    _ = isPrepared
    H5Eset_auto2(chdf5_default_error_stack(), nil, nil)
  }

  /// HDF5 otherwise closes what is open when the process ends, and crashes doing so after a failed
  /// write (1.10.8, full disk); here handles are closed by their owners. Nor does it follow links to
  /// other files any more, which a file from elsewhere may have.
  private static let isPrepared: Bool =
    H5dont_atexit() >= 0 && H5Lunregister(H5L_TYPE_EXTERNAL) >= 0

  private static func walkStack() -> [HDF5Error.Frame] {
    var frames: [HDF5Error.Frame] = []
    withUnsafeMutablePointer(to: &frames) { frames in
      _ = H5Ewalk2(
        chdf5_default_error_stack(), H5E_WALK_DOWNWARD,
        { _, entry, frames in
          guard let entry = entry?.pointee, let frames else { return 0 }
          let frame = HDF5Error.Frame(
            function: entry.func_name.map { String(cString: $0) } ?? "",
            description: entry.desc.map { String(cString: $0) } ?? "")
          frames.assumingMemoryBound(to: [HDF5Error.Frame].self).pointee.append(frame)
          return 0
        }, frames)
    }
    H5Eclear2(chdf5_default_error_stack())
    return frames
  }
}

extension HDF5Error.Kind {
  /// What a failed call's stack says.
  fileprivate init(_ stack: [HDF5Error.Frame]) {
    if stack.contains(where: \.reportsUse) {
      self = .inUse
    } else {
      self = stack.contains(where: \.reportsDamage) ? .damaged : .refused
    }
  }
}

extension HDF5Error {
  /// What reading an existing file could not make sense of, as damage: all but what the system refused.
  var asDamage: HDF5Error {
    guard kind == .refused, !stack.contains(where: \.isOfTheSystem) else { return self }
    var error = self
    error.kind = .damaged
    return error
  }
}

extension HDF5Error.Frame {
  /// A system call's failure.
  fileprivate var isOfTheSystem: Bool { description.contains(Self.systemMarker) }

  /// Another process has the file open for writing: by the system's lock, or by a flag in the file.
  fileprivate var reportsUse: Bool {
    ["unable to lock file", "file is already open for"].contains { description.contains($0) }
  }

  /// HDF5 has no code of its own for a failed checksum; the words are stable since 1.8. What a filter says
  /// of it is kept to itself from 1.14 on.
  fileprivate var reportsDamage: Bool {
    [
      "checksum", "Fletcher32", "filter returned failure during read", "truncated", "signature",
      "corrupt", "addr overflow",
    ].contains { description.contains($0) }
  }
}
