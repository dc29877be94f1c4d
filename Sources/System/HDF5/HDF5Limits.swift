/// What a file may ask of its reader, so that one from elsewhere cannot take memory or time without end.
/// Files of this program stay far below.
enum HDF5Limits {
  /// Groups in groups.
  static let depth = 32
  /// Objects of a file, and attributes of an object.
  static let objects = 1 << 16
  /// Bytes that are read whatever the size of the file.
  static let harmlessBytes = 64 << 20

  /// Bytes that a compressed file of this size may stand for. Images hardly shrink and masks much: a data
  /// set of both stays below a fortieth.
  static func expanded(_ fileSize: Int) -> Int {
    let (bytes, overflow) = fileSize.multipliedReportingOverflow(by: 64)
    return overflow ? .max : max(bytes, 4 * harmlessBytes)
  }
}
