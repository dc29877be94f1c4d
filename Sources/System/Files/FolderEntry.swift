/// What lies in a folder under one name.
public struct FolderEntry: Equatable, Sendable {
  public enum Kind: Sendable {
    case file
    case folder
    /// A pipe, a device, a link that leads nowhere: nothing to open.
    case other
  }

  public let name: FileName
  /// Of what a link leads to, where it is one.
  public let kind: Kind
}
