/// An open group: the same operations as on a file, with paths counted from here.
public struct HDF5Group: ~Copyable, Sendable, HDF5Container {
  let handle: Handle
  let filePath: String
  /// Path of the group inside the file.
  public let path: String
  let stringHeaps: StringHeaps

  public var place: HDF5Place {
    HDF5Place(id: handle.id, filePath: filePath, objectPath: path, stringHeaps: stringHeaps)
  }
}
