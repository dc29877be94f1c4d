internal import COpenMPI

/// The MPI library in use.
public enum MPILibrary {
  /// Name and version, such as `Open MPI v4.1.4` (`MPI_Get_library_version`, MPI-3.1 §8.1.1; callable
  /// at any time).
  public static var version: String {
    var text = [CChar](repeating: 0, count: Int(MPI_MAX_LIBRARY_VERSION_STRING) + 1)
    var length: Int32 = 0
    guard MPI_Get_library_version(&text, &length) == MPI_SUCCESS else { return "MPI" }
    let characters = text.prefix(Int(length)).map(UInt8.init(bitPattern:))
    // What follows tells who built it, and on which machine.
    return String(decoding: characters.prefix { $0 != UInt8(ascii: ",") }, as: UTF8.self)
  }
}
