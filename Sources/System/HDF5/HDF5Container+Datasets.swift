internal import CHDF5

extension HDF5Container where Self: ~Copyable {
  /// Creates a dataset, and the groups above it, to be filled later.
  ///
  /// - Parameters:
  ///   - shape: Length of each dimension; empty for a single value.
  ///   - chunk: Lengths of one chunk, at most those of `shape`; without it the data are contiguous.
  ///   - fletcher32: Stores a checksum with each chunk (chooses chunks of whole rows, up to 1 MiB,
  ///     where `chunk` is missing). Single values always have one.
  public func createDataset<T: HDF5Scalar>(
    at path: String, type: T.Type, shape: [Int], chunk: [Int]? = nil, fletcher32: Bool = false
  ) throws(HDF5Error) -> HDF5Dataset {
    let (name, site) = try locate(path)
    let type = Handle(id: H5Tcopy(T.elementType.storedID))
    let layout = DatasetLayout(
      shape: shape, chunk: chunk, fletcher32: fletcher32, elementSize: T.elementType.byteCount)
    return try HDF5Dataset.adopt(
      try createDataset(name, site, type: type.id, layout: layout), site)
  }

  /// Opens a dataset that exists; one that cannot be true, or has its values in other files, is refused
  /// before anyone allocates for it.
  public func openDataset(_ path: String) throws(HDF5Error) -> HDF5Dataset {
    let (name, site) = try locate(path)
    try requireObject(name, site)
    let handle = try site.handle("H5Dopen2", message: "cannot be opened as a dataset") {
      H5Dopen2(place.id, name, chdf5_default_properties())
    }
    let dataset = try HDF5Dataset.adopt(handle, site)
    try dataset.checkStorage()
    return dataset
  }

  /// Creates the dataset and writes all of it; `values` are in row-major order.
  public func write<T: HDF5Scalar>(
    _ values: UnsafeBufferPointer<T>, shape: [Int], at path: String, chunk: [Int]? = nil,
    fletcher32: Bool = false
  ) throws(HDF5Error) {
    let dataset = try createDataset(
      at: path, type: T.self, shape: shape, chunk: chunk, fletcher32: fletcher32)
    try dataset.write(values)
    try dataset.close()
  }

  /// Creates the dataset and writes all of it; `values` are in row-major order.
  public func write<T: HDF5Scalar>(
    _ values: [T], shape: [Int], at path: String, chunk: [Int]? = nil, fletcher32: Bool = false
  ) throws(HDF5Error) {
    try values.withUnsafeBufferPointer { values throws(HDF5Error) in
      try write(values, shape: shape, at: path, chunk: chunk, fletcher32: fletcher32)
    }
  }

  /// Shape and all elements, converted by HDF5 where `type` is not the stored one.
  public func read<T: HDF5Scalar>(
    _ path: String, as type: T.Type
  ) throws(HDF5Error) -> (shape: [Int], values: [T]) {
    let dataset = try openDataset(path)
    return (dataset.shape, try dataset.read(as: type))
  }

  public func readShape(_ path: String) throws(HDF5Error) -> [Int] {
    try openDataset(path).shape
  }

  public func elementType(_ path: String) throws(HDF5Error) -> HDF5ElementType {
    try openDataset(path).elementType
  }

  // MARK: Inside the module

  func createDataset(
    _ name: String, _ site: CallSite, type: Int64, layout: DatasetLayout
  ) throws(HDF5Error) -> Handle {
    let space = try layout.space(site)
    let creation = try layout.creationProperties(site)
    try makeParents(of: name, site)
    let links = try linkProperties(site)
    return try site.handle("H5Dcreate2", message: "cannot be created") {
      H5Dcreate2(
        place.id, name, type, space.id, links.id, creation.id, chdf5_default_properties())
    }
  }
}

/// Extent and storage of a dataset to be created.
struct DatasetLayout {
  var shape: [Int]
  var chunk: [Int]?
  var fletcher32 = false
  var elementSize: Int

  func space(_ site: CallSite) throws(HDF5Error) -> Handle {
    guard shape.allSatisfy({ $0 >= 0 }) else {
      throw site.error(.mismatch, "H5Screate_simple", "a shape of \(shape) is not possible")
    }
    if shape.isEmpty { return try site.handle("H5Screate") { H5Screate(H5S_SCALAR) } }
    return try site.handle("H5Screate_simple") {
      H5Screate_simple(Int32(shape.count), shape.map { hsize_t($0) }, nil)
    }
  }

  /// Without times, so that the same content gives the same bytes.
  func creationProperties(_ site: CallSite) throws(HDF5Error) -> Handle {
    let creation = try site.handle("H5Pcreate") { H5Pcreate(chdf5_dataset_creation()) }
    try site.call("H5Pset_obj_track_times") { H5Pset_obj_track_times(creation.id, false) }
    if shape.isEmpty {
      // In the object's header, which has a checksum of its own: chunks need a dimension.
      try site.call("H5Pset_layout") { H5Pset_layout(creation.id, H5D_COMPACT) }
    }
    guard !shape.isEmpty, !shape.contains(0), let chunk = chunk ?? wholeRows else {
      return creation
    }
    guard chunk.count == shape.count, chunk.allSatisfy({ $0 > 0 }) else {
      throw site.error(.mismatch, "H5Pset_chunk", "chunk \(chunk) does not fit shape \(shape)")
    }
    try site.call("H5Pset_chunk", message: "chunk \(chunk)") {
      H5Pset_chunk(creation.id, Int32(chunk.count), chunk.map { hsize_t($0) })
    }
    if fletcher32 {
      try site.call("H5Pset_fletcher32") { H5Pset_fletcher32(creation.id) }
    }
    return creation
  }

  /// Chunks for a checksum: as few as have at most 1 MiB, or one row, each. All are stored whole, so rows
  /// are shared out evenly among them.
  private var wholeRows: [Int]? {
    guard fletcher32, let rows = shape.first else { return nil }
    let rowBytes = max(1, shape.dropFirst().reduce(elementSize, *))
    let most = max(1, (1 << 20) / rowBytes)
    let chunks = (rows + most - 1) / most
    return [(rows + chunks - 1) / chunks] + shape.dropFirst()
  }
}
