internal import CHDF5

/// Where a container is; only this module looks inside.
public struct HDF5Place: Sendable {
  let id: Int64
  let filePath: String
  let objectPath: String
  let stringHeaps: StringHeaps
}

/// A file or group: objects are named by '/'-separated paths from here ("/…": from the root).
public protocol HDF5Container: ~Copyable {
  var place: HDF5Place { get }
}

/// What a name in a group stands for.
public enum HDF5ObjectKind: String, Sendable {
  case group, dataset
  /// A named type, or a link that leads nowhere.
  case other
}

extension HDF5Container where Self: ~Copyable {
  /// Opens a group that exists.
  public func openGroup(_ path: String) throws(HDF5Error) -> HDF5Group {
    let (name, site) = try locate(path)
    try requireObject(name, site)
    let handle = try site.handle("H5Gopen2", message: "cannot be opened as a group") {
      H5Gopen2(place.id, name, chdf5_default_properties())
    }
    return HDF5Group(
      handle: handle, filePath: site.filePath, path: site.objectPath ?? place.objectPath,
      stringHeaps: place.stringHeaps)
  }

  /// Opens the group, making it and those above it where missing.
  public func makeGroup(_ path: String) throws(HDF5Error) -> HDF5Group {
    let (name, site) = try locate(path)
    try makeGroups(name, site)
    return try openGroup(path)
  }

  /// Whether the path leads to an object.
  public func exists(_ path: String) throws(HDF5Error) -> Bool {
    let (name, site) = try locate(path)
    return try exists(name, site)
  }

  /// Names in the group at `path`, in the order of their UTF-8 bytes.
  public func children(
    _ path: String = ""
  ) throws(HDF5Error) -> [(name: String, kind: HDF5ObjectKind)] {
    let group = try openGroup(path)
    let site = CallSite(filePath: group.filePath, objectPath: group.path)
    var names: [String] = []
    let id = group.handle.id
    _ = try withUnsafeMutablePointer(to: &names) { names throws(HDF5Error) in
      try site.call("H5Literate", message: "cannot be listed") {
        chdf5_iterate(id, appendLinkName, names)
      }
    }
    guard names.count <= HDF5Limits.objects else {
      throw site.error(
        .damaged, "H5Literate", "holds more than \(HDF5Limits.objects) objects")
    }
    return names.sortedByBytes().map { ($0, kind(of: $0, in: id)) }
  }

  // MARK: Inside the module

  /// The name HDF5 understands, and the place for messages.
  func locate(_ path: String) throws(HDF5Error) -> (name: String, site: CallSite) {
    let steps = path.split(separator: "/").joined(separator: "/")
    let isAbsolute = path.utf8.first == UInt8(ascii: "/")
    let base = isAbsolute || place.objectPath == "/" ? "/" : place.objectPath + "/"
    var full = base + steps
    if steps.isEmpty { full = isAbsolute ? "/" : place.objectPath }
    let site = CallSite(filePath: place.filePath, objectPath: full)
    guard !path.utf8.contains(0) else {
      throw site.error(.mismatch, "locate", "a name must not hold a zero byte")
    }
    return (isAbsolute ? "/" + steps : steps.isEmpty ? "." : steps, site)
  }

  /// Each proper prefix of the path: "a", "a/b" for "a/b/c", and the path itself last.
  private func prefixes(of name: String) -> [String] {
    let isAbsolute = name.utf8.first == UInt8(ascii: "/")
    var prefix = ""
    return name.split(separator: "/").filter { $0 != "." }.map { step in
      prefix += (prefix.isEmpty && !isAbsolute ? "" : "/") + step
      return prefix
    }
  }

  func exists(_ name: String, _ site: CallSite) throws(HDF5Error) -> Bool {
    for prefix in prefixes(of: name) {
      CallSite.silence()
      // A step through something that is no group is an error to HDF5, to the caller just "no".
      guard H5Lexists(place.id, prefix, chdf5_default_properties()) > 0,
        H5Oexists_by_name(place.id, prefix, chdf5_default_properties()) > 0
      else { return false }
    }
    return true
  }

  func requireObject(_ name: String, _ site: CallSite) throws(HDF5Error) {
    guard try exists(name, site) else {
      throw site.error(.missingObject, "H5Lexists", "the file has no such object")
    }
  }

  /// Makes the missing groups one by one: those HDF5 would make along the way record the time.
  func makeGroups(_ name: String, _ site: CallSite) throws(HDF5Error) {
    let creation = try site.handle("H5Pcreate") { H5Pcreate(chdf5_group_creation()) }
    try site.call("H5Pset_obj_track_times") { H5Pset_obj_track_times(creation.id, false) }
    let links = try linkProperties(site)
    for prefix in prefixes(of: name) where try !exists(prefix, site) {
      _ = try site.handle("H5Gcreate2", message: "group \(prefix) cannot be made") {
        H5Gcreate2(place.id, prefix, links.id, creation.id, chdf5_default_properties())
      }
    }
  }

  /// Makes the groups above an object about to be created.
  func makeParents(of name: String, _ site: CallSite) throws(HDF5Error) {
    let steps = prefixes(of: name)
    guard steps.count > 1 else { return }
    try makeGroups(steps[steps.count - 2], site)
  }

  func linkProperties(_ site: CallSite) throws(HDF5Error) -> Handle {
    let links = try site.handle("H5Pcreate") { H5Pcreate(chdf5_link_creation()) }
    try site.call("H5Pset_char_encoding") { H5Pset_char_encoding(links.id, H5T_CSET_UTF8) }
    return links
  }

  private func kind(of name: String, in group: Int64) -> HDF5ObjectKind {
    CallSite.silence()
    var info = chdf5_object_info()
    guard
      H5Oget_info_by_name2(
        group, name, &info, chdf5_object_info_basic(), chdf5_default_properties()) >= 0
    else { return .other }
    switch info.type {
    case H5O_TYPE_GROUP: return .group
    case H5O_TYPE_DATASET: return .dataset
    default: return .other
    }
  }
}

/// Appends a link's name to the `[String]` that the context points to; stops where these are too many.
private let appendLinkName: chdf5_link_visitor = { _, name, _, names in
  guard let name, let names = names?.assumingMemoryBound(to: [String].self) else { return -1 }
  names.pointee.append(String(cString: name))
  return names.pointee.count > HDF5Limits.objects ? 1 : 0
}

extension [String] {
  /// Sorted by UTF-8 bytes, as HDF5 and `LC_ALL=C sort` do; Swift's own order is that of characters.
  func sortedByBytes() -> [String] {
    sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
