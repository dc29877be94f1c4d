extension HDF5File {
  /// How much of a file a reader checks.
  public enum Check: String, Codable, Sendable {
    /// Every array and attribute, by SHA-256.
    case everything
    /// The attributes of the root, by SHA-256.
    case header
    /// Only HDF5's checksums, while reading: the file has no seal.
    case checksums
  }

  /// The seal that the file was written with; nil for files of earlier versions and from elsewhere.
  ///
  /// - Throws: `HDF5Error` (damaged) where it is not whole.
  public func storedSeal() throws(HDF5Error) -> FileSeal? {
    guard
      try asDamage({ () throws(HDF5Error) in try attributeNames() })
        .contains(FileSeal.attributeName)
    else { return nil }
    let text = try asDamage { () throws(HDF5Error) in
      try readAttribute(FileSeal.attributeName, as: String.self)
    }
    guard let seal = FileSeal(text: text) else {
      throw damage(
        ("attribute \(FileSeal.attributeName) of /", "is not what was written (SHA-256)"))
    }
    return seal
  }

  /// Compares what the file holds with its seal.
  ///
  /// - Parameters:
  ///   - check: everything, or the attributes of the root only.
  ///   - excluded: arrays that the caller compares itself, through `verify(_:of:)`.
  /// - Returns: what was checked, with the seal for more.
  /// - Throws: `HDF5Error` (damaged) that names the array or attribute.
  @discardableResult
  public func verify(
    _ check: Check = .everything, excluding excluded: [String] = []
  ) throws(HDF5Error) -> (check: Check, seal: FileSeal?) {
    guard let stored = try storedSeal(), check != .checksums else { return (.checksums, nil) }
    var found = FileSeal()
    try addAttributes(of: "", to: &found)
    let attributes = found
    if let difference = stored.firstDifference(from: found, where: { $0.isRootAttribute }) {
      throw damage(difference)
    }
    guard check == .everything else { return (.header, stored) }
    found = try contentSeal(attributes, excluding: Set(excluded))
    let unread = Set(excluded.map(FileSeal.array))
    let difference = stored.firstDifference(from: found) { !unread.contains($0) }
    if let difference { throw damage(difference) }
    return (.everything, stored)
  }

  /// Compares the digest of an array that the caller has read by rows.
  public func verify(
    _ digest: String, of path: String, by seal: FileSeal
  ) throws(HDF5Error) {
    guard digest != seal.digest(ofArray: path) else { return }
    throw damage((FileSeal.array(path), "is not what was written (SHA-256)"))
  }

  /// The seal of what the file holds now.
  private func contentSeal(
    _ attributes: FileSeal, excluding excluded: Set<String>
  ) throws(HDF5Error) -> FileSeal {
    var seal = attributes
    let contents = try asDamage { () throws(HDF5Error) in try self.contents() }
    for (path, names) in contents.groups {
      seal.setGroup(path, names: names)
      if !path.isEmpty { try addAttributes(of: path, to: &seal) }
    }
    for path in contents.others {
      try addAttributes(of: path, to: &seal)
      guard !excluded.contains(path) else { continue }
      let digest = try asDamage { () throws(HDF5Error) in
        try openDataset(path).digest(in: self, at: path)
      }
      seal.set(FileSeal.array(path), digest ?? "none")
    }
    return seal
  }

  private func addAttributes(of path: String, to seal: inout FileSeal) throws(HDF5Error) {
    let names = try asDamage { () throws(HDF5Error) in try attributeNames(path) }
    for name in names where !(path.isEmpty && name == FileSeal.attributeName) {
      let (shape, content) = try asDamage { () throws(HDF5Error) in
        try readAttributeContent(name, on: path)
      }
      seal.set(FileSeal.attribute(name, of: path), content.digest(shape: shape))
    }
  }

  /// Of a file with a seal HDF5 can read everything: what it refuses is damaged.
  private func asDamage<Result>(
    _ body: () throws(HDF5Error) -> Result
  ) throws(HDF5Error) -> Result {
    do {
      return try body()
    } catch {
      throw error.asDamage
    }
  }

  private func damage(_ difference: FileSeal.Difference) -> HDF5Error {
    CallSite(filePath: path, objectPath: difference.name)
      .error(.damaged, "seal", difference.message)
  }
}

extension String {
  fileprivate var isRootAttribute: Bool { hasPrefix("attribute ") && hasSuffix(" of /") }
}
