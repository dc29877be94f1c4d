internal import CHDF5

/// An open dataset. Rows are its first dimension; shapes count elements.
public struct HDF5Dataset: ~Copyable, Sendable {
  let handle: Handle
  let site: CallSite
  /// Length of each dimension; empty for a single value, [0] for none.
  public let shape: [Int]
  public let elementType: HDF5ElementType
  /// Elements in all.
  public let count: Int

  private init(
    handle: consuming Handle, site: CallSite, extent: (shape: [Int], count: Int),
    elementType: HDF5ElementType
  ) {
    self.handle = handle
    self.site = site
    self.shape = extent.shape
    self.count = extent.count
    self.elementType = elementType
  }

  /// Takes over an open dataset.
  static func adopt(_ handle: consuming Handle, _ site: CallSite) throws(HDF5Error) -> HDF5Dataset {
    let id = handle.id
    let type = try site.handle("H5Dget_type") { H5Dget_type(id) }
    let space = try site.handle("H5Dget_space") { H5Dget_space(id) }
    let extent = try extent(of: space.id, site)
    return HDF5Dataset(
      handle: handle, site: site, extent: extent, elementType: HDF5ElementType(typeID: type.id))
  }

  /// Shape and element count of a dataspace.
  static func extent(
    of space: Int64, _ site: CallSite
  ) throws(HDF5Error) -> (shape: [Int], count: Int) {
    let rank = try site.call("H5Sget_simple_extent_ndims") { H5Sget_simple_extent_ndims(space) }
    var lengths = [hsize_t](repeating: 0, count: Int(rank))
    try site.call("H5Sget_simple_extent_dims") {
      H5Sget_simple_extent_dims(space, &lengths, nil)
    }
    if H5Sget_simple_extent_type(space) == H5S_NULL { return ([0], 0) }
    var count = 1
    for length in lengths {
      let (product, overflow) = count.multipliedReportingOverflow(by: Int(clamping: length))
      guard !overflow else {
        throw site.error(.damaged, "H5Sget_simple_extent_dims", "declares an impossible size")
      }
      count = product
    }
    return (lengths.map { Int(clamping: $0) }, count)
  }

  // MARK: All elements

  /// All elements, converted by HDF5 where `type` is not the stored one (out of range: clipped).
  public func read<T: HDF5Scalar>(as type: T.Type) throws(HDF5Error) -> [T] {
    try filled(count: count) { buffer throws(HDF5Error) in try read(into: buffer) }
  }

  /// All elements into `buffer`, which must have room for exactly `count`.
  public func read<T: HDF5Scalar>(
    into buffer: UnsafeMutableBufferPointer<T>
  ) throws(HDF5Error) {
    guard buffer.count == count else {
      throw site.error(.mismatch, "H5Dread", "holds \(count) elements, not \(buffer.count)")
    }
    try transfer(T.self, into: buffer, memory: chdf5_whole_space(), file: chdf5_whole_space())
  }

  /// Writes all elements.
  public func write<T: HDF5Scalar>(_ values: UnsafeBufferPointer<T>) throws(HDF5Error) {
    guard values.count == count else {
      throw site.error(.mismatch, "H5Dwrite", "holds \(count) elements, not \(values.count)")
    }
    try transfer(T.self, from: values, memory: chdf5_whole_space(), file: chdf5_whole_space())
  }

  /// Closes; a failure here means that what was written may be lost.
  public consuming func close() throws(HDF5Error) {
    let site = self.site
    let id = handle.release()
    try site.call("H5Dclose", message: "cannot be written to its end") { H5Dclose(id) }
  }

  // MARK: Inside the module

  func transfer<T: HDF5Scalar>(
    _ type: T.Type, into buffer: UnsafeMutableBufferPointer<T>, memory: Int64, file: Int64
  ) throws(HDF5Error) {
    try checkNumeric(T.self, "H5Dread")
    guard let address = buffer.baseAddress, !buffer.isEmpty else { return }
    try site.call("H5Dread", message: "cannot be read") {
      H5Dread(
        handle.id, T.elementType.nativeID, memory, file, chdf5_default_properties(), address)
    }
  }

  func transfer<T: HDF5Scalar>(
    _ type: T.Type, from buffer: UnsafeBufferPointer<T>, memory: Int64, file: Int64
  ) throws(HDF5Error) {
    try checkNumeric(T.self, "H5Dwrite")
    guard let address = buffer.baseAddress, !buffer.isEmpty else { return }
    try site.call("H5Dwrite", message: "cannot be written") {
      H5Dwrite(
        handle.id, T.elementType.nativeID, memory, file, chdf5_default_properties(), address)
    }
  }

  private func checkNumeric<T: HDF5Scalar>(_ type: T.Type, _ call: String) throws(HDF5Error) {
    guard elementType.isNumeric else {
      throw site.error(.mismatch, call, "holds \(elementType.rawValue) elements, not numbers")
    }
    guard T.elementType.nativeID >= 0, T.elementType.byteCount == MemoryLayout<T>.stride else {
      throw site.error(.mismatch, call, "\(T.self) has no HDF5 type of its size")
    }
  }

  /// An array of `count` elements filled by `body`.
  func filled<T: HDF5Scalar>(
    count: Int, _ body: (UnsafeMutableBufferPointer<T>) throws(HDF5Error) -> Void
  ) throws(HDF5Error) -> [T] {
    var failure: HDF5Error?
    let values = [T](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(HDF5Error) {
        try body(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return values
  }
}
