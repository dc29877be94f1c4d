internal import CHDF5
import Files
import Glibc

/// An open HDF5 file.
///
/// Files are written in the 1.10 format, in which headers and chunk indexes carry checksums: HDF5
/// 1.10.8 reports a damaged byte there, where with the older formats it can crash. Nothing depends
/// on the time of writing, so the same content gives the same bytes.
/// Source: HDF5 1.10 reference manual, chapters H5F and H5P.
///
/// Whoever has a file open has the library: another thread that opens one waits, see `LibraryTurn`.
public struct HDF5File: ~Copyable, Sendable, HDF5Container {
  private let handle: FileHandle
  /// Its path, or the name that it will get; for messages.
  public let path: String
  private let stringHeaps: StringHeaps

  public var place: HDF5Place {
    HDF5Place(id: handle.id, filePath: path, objectPath: "/", stringHeaps: stringHeaps)
  }

  private init(handle: consuming FileHandle, path: String, name: String, isNew: Bool) {
    self.handle = handle
    self.path = name
    self.stringHeaps = StringHeaps(path: path, isTrusted: isNew)
  }

  /// Opens a file that exists.
  ///
  /// Errors: `missingFile`, `notHDF5`, `damaged` (truncated, superblock checksum), `refused`.
  public static func open(_ path: String, writable: Bool = false) throws(HDF5Error) -> HDF5File {
    let site = CallSite(filePath: path)
    try checkReadable(path, writable: writable)
    guard isHDF5(path) else {
      throw site.error(.notHDF5, "H5Fis_hdf5", "not an HDF5 file, or its beginning is lost")
    }
    let handle = try FileHandle { () throws(HDF5Error) in
      let access = try accessProperties(site)
      let flags = writable ? chdf5_read_write() : chdf5_read_only()
      CallSite.silence()
      let id = H5Fopen(path, flags, access.id)
      guard id >= 0 else {
        throw site.error(after: "H5Fopen", message: "cannot be opened").asDamage
      }
      return id
    }
    return HDF5File(handle: handle, path: path, name: path, isNew: false)
  }

  /// Creates a file, or empties the one that is there.
  ///
  /// - Parameter name: what messages call it, where the path is only that of a draft.
  public static func create(
    _ path: String, named name: String? = nil
  ) throws(HDF5Error) -> HDF5File {
    let site = CallSite(filePath: name ?? path)
    let handle = try FileHandle { () throws(HDF5Error) in
      let access = try accessProperties(site)
      let creation = try site.handle("H5Pcreate") { H5Pcreate(chdf5_file_creation()) }
      try site.call("H5Pset_obj_track_times") { H5Pset_obj_track_times(creation.id, false) }
      return try site.call("H5Fcreate", message: "cannot be created") {
        H5Fcreate(path, chdf5_truncate(), creation.id, access.id)
      }
    }
    return HDF5File(handle: handle, path: path, name: name ?? path, isNew: true)
  }

  /// Whether the file exists and begins like HDF5.
  public static func isHDF5(_ path: String) -> Bool {
    // HDF5 would wait for a writer.
    guard FileSystem.isFile(path) else { return false }
    return LibraryTurn.taking {
      CallSite.silence()
      return H5Fis_hdf5(path) > 0
    }
  }

  /// Hands everything written so far to the operating system.
  public func flush() throws(HDF5Error) {
    try CallSite(filePath: path).call("H5Fflush", message: "cannot be written") {
      H5Fflush(handle.id, H5F_SCOPE_GLOBAL)
    }
  }

  /// Writes what is pending and closes; a failure here means that the file is not whole.
  ///
  /// Close datasets and groups first: HDF5 keeps a file open as long as one of them is.
  public consuming func close() throws(HDF5Error) {
    let site = CallSite(filePath: path)
    let id = handle.release()
    defer { LibraryTurn.end() }
    let inner = UInt32(
      H5F_OBJ_DATASET | H5F_OBJ_GROUP | H5F_OBJ_DATATYPE | H5F_OBJ_ATTR | H5F_OBJ_LOCAL)
    CallSite.silence()
    let stillOpen = H5Fget_obj_count(id, inner)
    let flushed = H5Fflush(id, H5F_SCOPE_GLOBAL)
    let failure = flushed < 0 ? site.error(after: "H5Fflush", message: HDF5File.notWhole) : nil
    CallSite.silence()
    let closed = H5Fclose(id)
    if let failure { throw failure }
    guard closed >= 0 else { throw site.error(after: "H5Fclose", message: HDF5File.notWhole) }
    guard stillOpen <= 0 else {
      throw site.error(.refused, "H5Fclose", "\(stillOpen) of its objects are still open")
    }
  }

  private static var notWhole: String { "cannot be written to its end" }

  private static func checkReadable(_ path: String, writable: Bool) throws(HDF5Error) {
    let site = CallSite(filePath: path)
    var status = stat()
    guard stat(path, &status) == 0, access(path, writable ? R_OK | W_OK : R_OK) == 0 else {
      throw site.error(.missingFile, "open", String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw site.error(.notHDF5, "open", "is a folder, not an HDF5 file")
    }
    if let kind = FileSystem.kindOfNoFile(path) {
      throw site.error(.notHDF5, "open", "is \(kind), not an HDF5 file")
    }
    guard status.st_size > 0 else { throw site.error(.notHDF5, "open", "the file is empty") }
  }

  private static func accessProperties(_ site: CallSite) throws(HDF5Error) -> Handle {
    let access = try site.handle("H5Pcreate") { H5Pcreate(chdf5_file_access()) }
    try site.call("H5Pset_libver_bounds") {
      H5Pset_libver_bounds(access.id, H5F_LIBVER_V110, H5F_LIBVER_V110)
    }
    // Files are put in place whole, and `LockFile` keeps others away while they are written. HDF5's own
    // locks are the system's, and where a file system has none, HDF5 would not open anything.
    try site.call("H5Pset_file_locking") { H5Pset_file_locking(access.id, false, true) }
    return access
  }
}
