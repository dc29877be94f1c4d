internal import CHDF5

/// How a dataset is stored: what a file from elsewhere declares is checked before anyone allocates for it.
extension HDF5Dataset {
  /// Refuses values that lie in other files, and a size that the file cannot hold.
  func checkStorage() throws(HDF5Error) {
    let creation = try site.handle("H5Dget_create_plist") { H5Dget_create_plist(handle.id) }
    let isElsewhere =
      H5Pget_layout(creation.id) == H5D_VIRTUAL || H5Pget_external_count(creation.id) > 0
    guard !isElsewhere else {
      throw site.error(.damaged, "H5Dget_create_plist", "has its values in other files")
    }
    guard let bytes = try byteCount(creation.id) else {
      throw site.error(.damaged, "H5Dget_space", "declares an impossible size")
    }
    if bytes <= HDF5Limits.harmlessBytes { return }
    let fileSize = try fileSize
    let isFiltered = try site.call("H5Pget_nfilters") { H5Pget_nfilters(creation.id) } > 0
    let most = isFiltered ? HDF5Limits.expanded(fileSize) : fileSize
    guard bytes <= most else {
      throw site.error(
        .damaged, "H5Dget_space", "declares \(bytes) bytes, but the file has \(fileSize)")
    }
  }

  /// Bytes that reading all of it takes, in whole chunks.
  func readingBytes() throws(HDF5Error) -> Int {
    let creation = try site.handle("H5Dget_create_plist") { H5Dget_create_plist(handle.id) }
    return try byteCount(creation.id) ?? .max
  }

  /// Where in the file its bytes lie one after the other, as they are: row-major, without gaps, filters or
  /// conversion; nil where they do not.
  public var byteOffset: Int? {
    get throws(HDF5Error) {
      let creation = try site.handle("H5Dget_create_plist") { H5Dget_create_plist(handle.id) }
      guard elementType.byteCount == 1, H5Pget_layout(creation.id) == H5D_CONTIGUOUS else {
        return nil
      }
      CallSite.silence()
      // Nothing has a place of its own before it was written.
      return Int(exactly: H5Dget_offset(handle.id))
    }
  }

  /// Bytes of the file.
  var fileSize: Int {
    get throws(HDF5Error) {
      let file = try site.handle("H5Iget_file_id") { H5Iget_file_id(handle.id) }
      var size: hsize_t = 0
      try site.call("H5Fget_filesize") { H5Fget_filesize(file.id, &size) }
      return Int(clamping: size)
    }
  }

  /// Bytes of all elements, and of one chunk where that is more; nil where they are too many to count.
  private func byteCount(_ creation: Int64) throws(HDF5Error) -> Int? {
    let type = try site.handle("H5Dget_type") { H5Dget_type(handle.id) }
    let elementSize = H5Tget_size(type.id)
    guard let whole = Self.product([count], elementSize) else { return nil }
    guard H5Pget_layout(creation) == H5D_CHUNKED, !shape.isEmpty else { return whole }
    var chunk = [hsize_t](repeating: 0, count: shape.count)
    try site.call("H5Pget_chunk") { H5Pget_chunk(creation, Int32(shape.count), &chunk) }
    return Self.product(chunk.map { Int(clamping: $0) }, elementSize).map { max(whole, $0) }
  }

  private static func product(_ lengths: [Int], _ elementSize: Int) -> Int? {
    lengths.reduce(elementSize) { partial, length in
      guard let partial else { return nil }
      let (product, overflow) = partial.multipliedReportingOverflow(by: length)
      return overflow ? nil : product
    }
  }
}
