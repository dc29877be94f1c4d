internal import CHDF5

extension HDF5Container where Self: ~Copyable {
  /// Writes strings as UTF-8 of fixed length, padded with zeros; shape [count].
  ///
  /// Fixed, because HDF5 keeps strings of variable length outside the dataset, where no checksum
  /// guards them; these have one.
  public func writeStrings(_ values: [String], at path: String) throws(HDF5Error) {
    let (name, site) = try locate(path)
    let length = max(1, values.map(\.utf8.count).max() ?? 1)
    let type = try StringType.utf8(site, length: length)
    let layout = DatasetLayout(shape: [values.count], fletcher32: true, elementSize: length)
    let bytes = try StringType.fields(values, length: length, site)
    let handle = try createDataset(name, site, type: type.id, layout: layout)
    try site.call("H5Dwrite", message: "cannot be written") {
      bytes.isEmpty
        ? 0
        : H5Dwrite(
          handle.id, type.id, chdf5_whole_space(), chdf5_whole_space(),
          chdf5_default_properties(), bytes)
    }
    let id = handle.release()
    try site.call("H5Dclose", message: "cannot be written to its end") { H5Dclose(id) }
  }

  /// Reads a dataset of strings, of fixed (numpy's S) or variable length, in row-major order.
  public func readStrings(_ path: String) throws(HDF5Error) -> [String] {
    let dataset = try openDataset(path)
    guard dataset.elementType == .string else {
      throw dataset.site.error(
        .mismatch, "H5Dread", "holds \(dataset.elementType.rawValue) elements, not strings")
    }
    let id = dataset.handle.id
    let type = try dataset.site.handle("H5Dget_type") { H5Dget_type(id) }
    if H5Tis_variable_str(type.id) > 0 {
      try place.stringHeaps.check(reading: dataset.count, for: dataset.site)
    }
    return try StringType.read(count: dataset.count, stored: type.id, dataset.site) { type, data in
      H5Dread(
        id, type, chdf5_whole_space(), chdf5_whole_space(), chdf5_default_properties(), data)
    }
  }
}

/// HDF5 string types and the passage between C strings and Swift's.
enum StringType {
  /// UTF-8, or ASCII, of variable length where `length` is missing.
  static func utf8(
    _ site: CallSite, length: Int? = nil, ascii: Bool = false
  ) throws(HDF5Error) -> Handle {
    let type = try site.handle("H5Tcopy") { H5Tcopy(chdf5_c_string()) }
    try site.call("H5Tset_size") { H5Tset_size(type.id, length ?? chdf5_variable_length()) }
    if length != nil {
      try site.call("H5Tset_strpad") { H5Tset_strpad(type.id, H5T_STR_NULLPAD) }
    }
    try site.call("H5Tset_cset") {
      H5Tset_cset(type.id, ascii ? H5T_CSET_ASCII : H5T_CSET_UTF8)
    }
    return type
  }

  /// Fields of `length` bytes, one after the other.
  static func fields(
    _ values: [String], length: Int, _ site: CallSite
  ) throws(HDF5Error) -> [UInt8] {
    try checkText(values, site)
    return values.flatMap { value in
      Array(value.utf8) + [UInt8](repeating: 0, count: length - value.utf8.count)
    }
  }

  private static func checkText(_ values: [String], _ site: CallSite) throws(HDF5Error) {
    guard values.allSatisfy({ !$0.utf8.contains(0) }) else {
      throw site.error(.mismatch, "H5Dwrite", "a string must not hold a zero byte")
    }
  }

  /// Calls `body` with C strings that live as long as the call.
  static func withPointers(
    _ values: [String], _ site: CallSite,
    _ body: ([UnsafePointer<CChar>?]) throws(HDF5Error) -> Void
  ) throws(HDF5Error) {
    try checkText(values, site)
    var bytes: [CChar] = []
    var starts: [Int] = []
    for value in values {
      starts.append(bytes.count)
      bytes += value.utf8.map { CChar(bitPattern: $0) }
      bytes.append(0)
    }
    guard !values.isEmpty else { return }
    try bytes.withUnsafeBufferPointer { bytes throws(HDF5Error) in
      guard let base = bytes.baseAddress else { return }
      try body(starts.map { base + $0 })
    }
  }

  /// Reads `count` strings of the stored type through `transfer(memory type, buffer)`.
  static func read(
    count: Int, stored: Int64, _ site: CallSite,
    _ transfer: (Int64, UnsafeMutableRawPointer) -> Int32
  ) throws(HDF5Error) -> [String] {
    guard count > 0 else { return [] }
    return H5Tis_variable_str(stored) > 0
      ? try readVariable(count: count, stored: stored, site, transfer)
      : try readFixed(count: count, stored: stored, site, transfer)
  }

  private static func readVariable(
    count: Int, stored: Int64, _ site: CallSite,
    _ transfer: (Int64, UnsafeMutableRawPointer) -> Int32
  ) throws(HDF5Error) -> [String] {
    // HDF5 does not convert between character sets, so the stored one is asked for.
    let type = try utf8(site, ascii: H5Tget_cset(stored) == H5T_CSET_ASCII)
    let pointers = UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>.allocate(
      capacity: count)
    pointers.initialize(repeating: nil)
    defer {
      for pointer in pointers { H5free_memory(pointer) }
      pointers.deallocate()
    }
    try site.call("H5Dread", message: "cannot be read") {
      pointers.baseAddress.map { transfer(type.id, $0) } ?? -1
    }
    return pointers.map { pointer in pointer.map { String(cString: $0) } ?? "" }
  }

  private static func readFixed(
    count: Int, stored: Int64, _ site: CallSite,
    _ transfer: (Int64, UnsafeMutableRawPointer) -> Int32
  ) throws(HDF5Error) -> [String] {
    let size = H5Tget_size(stored)
    let padding = H5Tget_strpad(stored)
    var bytes = [UInt8](repeating: 0, count: count * size)
    _ = try bytes.withUnsafeMutableBufferPointer { bytes throws(HDF5Error) in
      try site.call("H5Dread", message: "cannot be read") {
        bytes.baseAddress.map { transfer(stored, $0) } ?? -1
      }
    }
    return (0..<count).map { index in
      let field = bytes[(index * size)..<((index + 1) * size)]
      guard padding == H5T_STR_SPACEPAD else {
        return String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
      }
      let length = field.reversed().drop { $0 == UInt8(ascii: " ") }.count
      return String(decoding: field.prefix(length), as: UTF8.self)
    }
  }
}
