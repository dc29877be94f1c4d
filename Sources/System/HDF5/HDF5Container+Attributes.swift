internal import CHDF5

/// Attributes of the object at a path; "" or "/" on a file is its root.
extension HDF5Container where Self: ~Copyable {
  /// Writes an attribute, in place of one of that name.
  ///
  /// Strings become variable-length UTF-8 and booleans h5py's enumeration, so that h5py reads
  /// `str` and `bool`.
  public func writeAttribute<Value: HDF5AttributeValue>(
    _ name: String, on path: String = "", value: Value
  ) throws(HDF5Error) {
    let (objectName, site) = try locateAttribute(name, on: path)
    CallSite.silence()
    if H5Aexists_by_name(place.id, objectName, name, chdf5_default_properties()) > 0 {
      try site.call("H5Adelete_by_name") {
        H5Adelete_by_name(place.id, objectName, name, chdf5_default_properties())
      }
    }
    try AttributeWriter(container: place.id, object: objectName, name: name, site: site)
      .write(value.attributeContent, single: Value.isSingle)
  }

  /// Reads an attribute; throws `mismatch` where it holds something else.
  public func readAttribute<Value: HDF5AttributeValue>(
    _ name: String, on path: String = "", as type: Value.Type
  ) throws(HDF5Error) -> Value {
    let (objectName, site) = try locateAttribute(name, on: path)
    CallSite.silence()
    guard H5Aexists_by_name(place.id, objectName, name, chdf5_default_properties()) > 0 else {
      throw site.error(.missingObject, "H5Aexists_by_name", "the file has no such attribute")
    }
    let content = try readContent(of: name, in: objectName, site).content
    guard let value = Value(attributeContent: content) else {
      throw site.error(.mismatch, "H5Aread", "is not a \(Value.self)")
    }
    return value
  }

  /// What an attribute holds, and the length of each of its dimensions.
  func readAttributeContent(
    _ name: String, on path: String
  ) throws(HDF5Error) -> (shape: [Int], content: HDF5AttributeContent) {
    let (objectName, site) = try locateAttribute(name, on: path)
    return try readContent(of: name, in: objectName, site)
  }

  private func readContent(
    of name: String, in objectName: String, _ site: CallSite
  ) throws(HDF5Error) -> (shape: [Int], content: HDF5AttributeContent) {
    let attribute = try site.handle("H5Aopen_by_name", message: "cannot be opened") {
      H5Aopen_by_name(
        place.id, objectName, name, chdf5_default_properties(), chdf5_default_properties())
    }
    return try AttributeReader(id: attribute.id, heaps: place.stringHeaps, site: site).read()
  }

  /// Names of the attributes, in the order of their UTF-8 bytes.
  public func attributeNames(_ path: String = "") throws(HDF5Error) -> [String] {
    let (name, site) = try locate(path)
    try requireObject(name, site)
    var names: [String] = []
    _ = try withUnsafeMutablePointer(to: &names) { names throws(HDF5Error) in
      try site.call("H5Aiterate_by_name", message: "attributes cannot be listed") {
        H5Aiterate_by_name(
          place.id, name, H5_INDEX_NAME, H5_ITER_NATIVE, nil, appendAttributeName, names,
          chdf5_default_properties())
      }
    }
    guard names.count <= HDF5Limits.objects else {
      throw site.error(
        .damaged, "H5Aiterate_by_name", "has more than \(HDF5Limits.objects) attributes")
    }
    return names.sortedByBytes()
  }

  private func locateAttribute(
    _ name: String, on path: String
  ) throws(HDF5Error) -> (object: String, site: CallSite) {
    var (objectName, site) = try locate(path)
    try requireObject(objectName, site)
    site.objectPath = "attribute \(name) of \(site.objectPath ?? "/")"
    guard !name.isEmpty, !name.utf8.contains(0) else {
      throw site.error(.mismatch, "H5Acreate_by_name", "not a possible name")
    }
    return (objectName, site)
  }
}

/// Appends an attribute's name to the `[String]` that the context points to; stops where these are too
/// many.
private let appendAttributeName: H5A_operator2_t = { _, name, _, names in
  guard let name, let names = names?.assumingMemoryBound(to: [String].self) else { return -1 }
  names.pointee.append(String(cString: name))
  return names.pointee.count > HDF5Limits.objects ? 1 : 0
}

private struct AttributeWriter {
  var container: Int64
  var object: String
  var name: String
  var site: CallSite

  func write(_ content: HDF5AttributeContent, single: Bool) throws(HDF5Error) {
    switch content {
    case .integers(let values): try write(values, single)
    case .floats(let values): try write(values, single)
    case .doubles(let values): try write(values, single)
    case .bools(let values): try write(values, single)
    case .strings(let values): try write(values, single)
    }
  }

  private func create(_ type: Int64, _ count: Int, _ single: Bool) throws(HDF5Error) -> Handle {
    let layout = DatasetLayout(shape: single ? [] : [count], elementSize: H5Tget_size(type))
    let space = try layout.space(site)
    return try site.handle("H5Acreate_by_name", message: "cannot be created") {
      H5Acreate_by_name(
        container, object, name, type, space.id, chdf5_default_properties(),
        chdf5_default_properties(), chdf5_default_properties())
    }
  }

  private func write<T: HDF5Scalar>(_ values: [T], _ single: Bool) throws(HDF5Error) {
    let attribute = try create(T.elementType.storedID, values.count, single)
    try site.call("H5Awrite", message: "cannot be written") {
      values.isEmpty ? 0 : H5Awrite(attribute.id, T.elementType.nativeID, values)
    }
  }

  private func write(_ values: [Bool], _ single: Bool) throws(HDF5Error) {
    let type = try site.handle("H5Tenum_create") { H5Tenum_create(chdf5_file_int8()) }
    for (name, value) in [("FALSE", Int8(0)), ("TRUE", Int8(1))] {
      try site.call("H5Tenum_insert") {
        withUnsafePointer(to: value) { H5Tenum_insert(type.id, name, $0) }
      }
    }
    let attribute = try create(type.id, values.count, single)
    let numbers = values.map { Int8($0 ? 1 : 0) }
    try site.call("H5Awrite", message: "cannot be written") {
      H5Awrite(attribute.id, type.id, numbers)
    }
  }

  private func write(_ values: [String], _ single: Bool) throws(HDF5Error) {
    let type = try StringType.utf8(site)
    let attribute = try create(type.id, values.count, single)
    try StringType.withPointers(values, site) { pointers throws(HDF5Error) in
      try site.call("H5Awrite", message: "cannot be written") {
        H5Awrite(attribute.id, type.id, pointers)
      }
    }
  }
}

private struct AttributeReader {
  var id: Int64
  var heaps: StringHeaps
  var site: CallSite

  func read() throws(HDF5Error) -> (shape: [Int], content: HDF5AttributeContent) {
    let type = try site.handle("H5Aget_type") { H5Aget_type(id) }
    let space = try site.handle("H5Aget_space") { H5Aget_space(id) }
    let (shape, count) = try HDF5Dataset.extent(of: space.id, site)
    return (shape, try content(count, type.id))
  }

  private func content(
    _ count: Int, _ type: Int64
  ) throws(HDF5Error) -> HDF5AttributeContent {
    // An attribute's bytes lie in its object header, and the library has already read them.
    guard count <= 1 << 24 else {
      throw site.error(.damaged, "H5Aget_space", "declares \(count) elements")
    }
    let elementType = HDF5ElementType(typeID: type)
    switch elementType {
    case .string:
      if H5Tis_variable_str(type) > 0 { try heaps.check(reading: count, for: site) }
      return .strings(
        try StringType.read(count: count, stored: type, site) { H5Aread(id, $0, $1) })
    case .float32: return .floats(try numbers(count, zero: 0, elementType))
    case .float64: return .doubles(try numbers(count, zero: 0, elementType))
    case .bool:
      let values: [Int8] = try numbers(count, zero: 0, .int8, memory: type)
      return .bools(values.map { $0 != 0 })
    case .other: throw site.error(.mismatch, "H5Aread", "is of a type not read here")
    default: return .integers(try numbers(count, zero: 0, .int64))
    }
  }

  private func numbers<T: HDF5Scalar>(
    _ count: Int, zero: T, _ type: HDF5ElementType, memory: Int64? = nil
  ) throws(HDF5Error) -> [T] {
    var values = [T](repeating: zero, count: count)
    _ = try values.withUnsafeMutableBufferPointer { bytes throws(HDF5Error) in
      try site.call("H5Aread", message: "cannot be read") {
        bytes.baseAddress.map { H5Aread(id, memory ?? type.nativeID, $0) } ?? 0
      }
    }
    return values
  }
}
