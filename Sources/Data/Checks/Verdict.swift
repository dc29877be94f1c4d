import Datasets
import Files

/// What a check says of a data set: numbers, and findings with the worst first.
public struct Verdict: Codable, Equatable, Sendable {
  /// The folder or file.
  public var path: String
  public var name: String
  /// Side in pixels at which images were looked at, that of training.
  public var imageSize: Int
  public var images: Int
  /// Train, labeled part of it, val, test.
  public var lists: [List]
  /// Width and height before resizing.
  public var widths: [Int]
  public var heights: [Int]
  /// Different pairs of width and height.
  public var sizes: Int
  public var findings: [Finding]
  public var errors: Int
  public var warnings: Int
  public var notes: Int

  public struct List: Codable, Equatable, Sendable {
    public var title: String
    public var images: Int
    /// Images with a mask, and masks without lesion.
    public var masks: Int
    public var emptyMasks: Int
    /// The part of an image that is lesion: least, first quartile, median, third quartile, most; none
    /// without a mask.
    public var lesionShares: [Double]
  }

  /// Of a data set that cannot even be opened.
  public init(_ path: String, cannotOpen error: FileError) {
    self.init(
      path: path, name: FileSystem.lastComponent(path), imageSize: 0, images: 0, lists: [],
      sizes: [],
      findings: [Finding(.error, .cannotOpen, "\(error)")])
  }

  init(
    path: String, name: String, imageSize: Int, images: Int, lists: [List],
    sizes: [Dataset.PixelSize], findings: [Finding]
  ) {
    self.path = path
    self.name = name
    self.imageSize = imageSize
    self.images = images
    self.lists = lists
    widths = Self.extremes(sizes.map(\.width))
    heights = Self.extremes(sizes.map(\.height))
    self.sizes = Set(sizes.map { [$0.width, $0.height] }).count
    self.findings = Self.sorted(findings)
    errors = findings.count { $0.severity == .error }
    warnings = findings.count { $0.severity == .warning }
    notes = findings.count { $0.severity == .note }
  }

  /// By severity, then by kind; findings of one kind stay in their order.
  private static func sorted(_ findings: [Finding]) -> [Finding] {
    Finding.Severity.allCases.flatMap { severity in
      Finding.Kind.allCases.flatMap { kind in
        findings.filter { $0.severity == severity && $0.kind == kind }
      }
    }
  }

  /// Least and most; none of nothing.
  private static func extremes(_ values: [Int]) -> [Int] {
    guard let least = values.min(), let most = values.max() else { return [] }
    return [least, most]
  }

  /// Whether the data set is to be refused.
  ///
  /// - Parameter isStrict: for warnings, too.
  public func refuses(isStrict: Bool) -> Bool { errors > 0 || isStrict && warnings > 0 }
}
