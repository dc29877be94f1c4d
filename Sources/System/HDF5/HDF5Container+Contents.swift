internal import CHDF5

/// Everything below a file or group, by its path, sorted by bytes.
struct HDF5Contents {
  /// Groups with the names in them; the first is the container itself, "".
  var groups: [(path: String, names: [String])] = []
  /// Arrays, and whatever else is no group.
  var others: [String] = []
}

extension HDF5Container where Self: ~Copyable {
  /// Paths of all objects below this one that are no groups, sorted by their bytes.
  ///
  /// - Throws: `HDF5Error` (damaged) for what a file from elsewhere may hold and whose walking or reading
  ///   would not end: groups that hold themselves or too many others, arrays that the file cannot hold.
  public func descendants() throws(HDF5Error) -> [String] {
    try contents().others
  }

  /// The same with the groups.
  func contents() throws(HDF5Error) -> HDF5Contents {
    var contents = HDF5Contents()
    var waiting = [(path: "", depth: 0)]
    var visited: Set<UInt64> = []
    var arrays: [String] = []
    while let (group, depth) = waiting.popLast() {
      let site = try locate(group).site
      try checkGroup(group, depth, isNew: visited.insert(try address(group)).inserted)
      let children = try children(group)
      contents.groups.append((group, children.map(\.name)))
      for child in children {
        let path = group.isEmpty ? child.name : "\(group)/\(child.name)"
        switch child.kind {
        case .group: waiting.append((path, depth + 1))
        case .dataset: arrays.append(path)
        case .other: contents.others.append(path)
        }
      }
      let count = contents.others.count + arrays.count + visited.count + waiting.count
      guard count <= HDF5Limits.objects else {
        throw site.error(.damaged, "H5Literate", "and others hold more than \(count - 1) objects")
      }
    }
    try checkSize(of: arrays)
    contents.others = (contents.others + arrays).sortedByBytes()
    contents.groups.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    return contents
  }

  private func checkGroup(_ path: String, _ depth: Int, isNew: Bool) throws(HDF5Error) {
    let site = try locate(path).site
    guard isNew else {
      throw site.error(
        .damaged, "H5Oget_info_by_name",
        "the group is linked from more than one place, as in a cycle")
    }
    guard depth <= HDF5Limits.depth else {
      throw site.error(
        .damaged, "H5Literate", "the group lies more than \(HDF5Limits.depth) groups deep")
    }
  }

  /// Each may be read for itself; together they must not be more than the file can stand for.
  private func checkSize(of arrays: [String]) throws(HDF5Error) {
    var sum = 0
    for path in arrays {
      let dataset = try openDataset(path)
      let (bytes, overflow) = sum.addingReportingOverflow(try dataset.readingBytes())
      guard !overflow, bytes <= HDF5Limits.expanded(try dataset.fileSize) else {
        throw dataset.site.error(
          .damaged, "H5Dget_space",
          "and the arrays before it declare more bytes than the file can hold")
      }
      sum = bytes
    }
  }

  /// What tells an object from all others in the file.
  private func address(_ path: String) throws(HDF5Error) -> UInt64 {
    let (name, site) = try locate(path)
    var info = chdf5_object_info()
    try site.call("H5Oget_info_by_name", message: "cannot be looked at") {
      H5Oget_info_by_name2(
        place.id, name, &info, chdf5_object_info_basic(), chdf5_default_properties())
    }
    return UInt64(info.addr)
  }
}
