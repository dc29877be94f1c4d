internal import CHDF5

/// Rows: blocks along the first dimension (HDF5's hyperslabs, reference manual H5Sselect_hyperslab).
extension HDF5Dataset {
  /// Elements in one row.
  public var rowCount: Int {
    shape.dropFirst().reduce(1, *)
  }

  /// Reads rows `rows` as [rows, …] into a new array.
  public func readRows<T: HDF5Scalar>(
    _ rows: Range<Int>, as type: T.Type
  ) throws(HDF5Error) -> [T] {
    try checkRows(rows, "H5Dread")
    return try filled(count: rows.count * rowCount) { buffer throws(HDF5Error) in
      try readRows(rows, into: buffer)
    }
  }

  /// Reads rows `rows` into `buffer`, which must have room for exactly these.
  public func readRows<T: HDF5Scalar>(
    _ rows: Range<Int>, into buffer: UnsafeMutableBufferPointer<T>
  ) throws(HDF5Error) {
    try checkRows(rows, "H5Dread", elements: buffer.count)
    let memory = try rowSpace(rows.count)
    let file = try selection(rows)
    try transfer(T.self, into: buffer, memory: memory.id, file: file.id)
  }

  /// Writes `values`, [rows, …], over rows `rows`.
  public func writeRows<T: HDF5Scalar>(
    _ rows: Range<Int>, from values: UnsafeBufferPointer<T>
  ) throws(HDF5Error) {
    try checkRows(rows, "H5Dwrite", elements: values.count)
    let memory = try rowSpace(rows.count)
    let file = try selection(rows)
    try transfer(T.self, from: values, memory: memory.id, file: file.id)
  }

  /// Writes `values`, [rows, …], over rows `rows`.
  public func writeRows<T: HDF5Scalar>(
    _ rows: Range<Int>, from values: [T]
  ) throws(HDF5Error) {
    try values.withUnsafeBufferPointer { values throws(HDF5Error) in
      try writeRows(rows, from: values)
    }
  }

  private func checkRows(
    _ rows: Range<Int>, _ call: String, elements: Int? = nil
  ) throws(HDF5Error) {
    guard let length = shape.first else {
      throw site.error(.mismatch, call, "is a single value and has no rows")
    }
    guard rows.lowerBound >= 0, rows.upperBound <= length else {
      throw site.error(.mismatch, call, "has rows 0..<\(length), not \(rows)")
    }
    guard elements == nil || elements == rows.count * rowCount else {
      throw site.error(
        .mismatch, call,
        "\(rows.count) rows have \(rows.count * rowCount) elements, not \(elements ?? 0)")
    }
  }

  private func lengths(rows: Int) -> [hsize_t] {
    [hsize_t(rows)] + shape.dropFirst().map { hsize_t($0) }
  }

  private func rowSpace(_ rows: Int) throws(HDF5Error) -> Handle {
    try site.handle("H5Screate_simple") {
      H5Screate_simple(Int32(shape.count), lengths(rows: rows), nil)
    }
  }

  private func selection(_ rows: Range<Int>) throws(HDF5Error) -> Handle {
    let space = try site.handle("H5Dget_space") { H5Dget_space(handle.id) }
    var start = [hsize_t](repeating: 0, count: shape.count)
    start[0] = hsize_t(rows.lowerBound)
    guard !rows.isEmpty else {
      try site.call("H5Sselect_none") { H5Sselect_none(space.id) }
      return space
    }
    try site.call("H5Sselect_hyperslab") {
      H5Sselect_hyperslab(
        space.id, H5S_SELECT_SET, start, nil, lengths(rows: rows.count), nil)
    }
    return space
  }
}
