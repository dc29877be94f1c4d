import Files

/// Why an HDF5 operation failed: the call, the file and object it was about, and HDF5's own stack.
///
/// Strings are for people; programs look at `kind`.
public struct HDF5Error: Error, Equatable, Sendable {
  public enum Kind: String, Sendable {
    /// There is no file at the path, or it may not be read or written.
    case missingFile
    /// The file exists but is not HDF5.
    case notHDF5
    /// Truncated, a checksum or digest does not match, or a declared size cannot be true.
    case damaged
    /// Another process has the file open for writing.
    case inUse
    /// The file has no object or attribute of that name.
    case missingObject
    /// The stored type or shape is not what the caller asked for.
    case mismatch
    /// Anything else HDF5 or the operating system refused.
    case refused
  }

  /// One entry of the HDF5 error stack.
  public struct Frame: Equatable, Sendable {
    public var function: String
    public var description: String
  }

  public var kind: Kind
  /// The C function that failed, for example `H5Dread`.
  public var call: String
  public var filePath: String
  /// Path inside the file, where the failure is about one object.
  public var objectPath: String?
  /// What is wrong, in words; empty where only the stack knows.
  public var message: String
  /// From the API function down to the most specific entry; empty if HDF5 was not asked.
  public var stack: [Frame]

  init(
    _ kind: Kind, call: String, at site: CallSite, message: String = "", stack: [Frame] = []
  ) {
    self.kind = kind
    self.call = call
    self.filePath = site.filePath
    self.objectPath = site.objectPath
    self.message = message
    self.stack = stack
  }
}

extension HDF5Error: CustomStringConvertible {
  /// One line: file, object, what is wrong, HDF5's most specific reason, the failed call.
  public var description: String {
    var place = filePath
    if let objectPath { place += ": " + objectPath }
    var reasons: [String] = []
    if kind == .damaged { reasons.append("damaged") }
    if !message.isEmpty { reasons.append(message) }
    // Who uses a file says more than that it cannot be locked.
    if kind != .inUse, let reason = stack.last?.reason, !reason.isEmpty { reasons.append(reason) }
    let line = "\(place): \(reasons.joined(separator: ", ")) [\(call)]"
    return String(line.map { $0.isNewline ? " " : $0 })
  }
}

extension HDF5Error.Frame {
  /// The description; of a failed system call, which HDF5 reports with all its arguments, only
  /// the operating system's message.
  var reason: String {
    guard let start = description.firstRange(of: Self.systemMarker)?.upperBound else {
      return description
    }
    return String(description[start...].prefix { $0 != "'" })
  }

  /// What HDF5 writes before the operating system's message.
  static let systemMarker = "error message = '"
}

extension FileError {
  /// What HDF5 says about a file, as one line, with what to do about a damaged one.
  public init(_ error: HDF5Error) {
    let line = FileError(error.filePath, error as any Error)
    let advice =
      error.kind == .damaged ? "; bring back a good copy of the file or make it anew" : ""
    self.init(
      line.path, line.message + advice, isInUse: error.kind == .inUse,
      isDamaged: error.kind == .damaged || error.kind == .notHDF5)
  }
}
