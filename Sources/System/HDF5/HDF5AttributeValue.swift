/// What an attribute holds, one value or a list.
public enum HDF5AttributeContent: Equatable, Sendable {
  case integers([Int64])
  case floats([Float])
  case doubles([Double])
  case strings([String])
  case bools([Bool])
}

/// A Swift type that an attribute can be written from and read as.
public protocol HDF5AttributeValue: Sendable {
  var attributeContent: HDF5AttributeContent { get }
  /// Whether it is stored as a single value rather than a list.
  static var isSingle: Bool { get }
  /// Nil where the content is of another kind; integers are accepted where numbers are asked for.
  init?(attributeContent: HDF5AttributeContent)
}

extension HDF5AttributeContent {
  /// Values in all.
  var count: Int {
    switch self {
    case .integers(let values): values.count
    case .floats(let values): values.count
    case .doubles(let values): values.count
    case .strings(let values): values.count
    case .bools(let values): values.count
    }
  }

  /// Integers and booleans, as Int64.
  var asIntegers: [Int64]? {
    switch self {
    case .integers(let values): values
    case .bools(let values): values.map { $0 ? 1 : 0 }
    default: nil
    }
  }

  /// Any numbers, as Double.
  var asDoubles: [Double]? {
    switch self {
    case .doubles(let values): values
    case .floats(let values): values.map { Double($0) }
    default: asIntegers?.map { Double($0) }
    }
  }
}

extension Array {
  /// The only element, where there is one.
  fileprivate var only: Element? { count == 1 ? self[0] : nil }
}

extension Int64: HDF5AttributeValue {
  public static var isSingle: Bool { true }
  public var attributeContent: HDF5AttributeContent { .integers([self]) }
  public init?(attributeContent: HDF5AttributeContent) {
    guard let value = attributeContent.asIntegers?.only else { return nil }
    self = value
  }
}

extension Int: HDF5AttributeValue {
  public static var isSingle: Bool { true }
  public var attributeContent: HDF5AttributeContent { .integers([Int64(self)]) }
  public init?(attributeContent: HDF5AttributeContent) {
    guard let value = attributeContent.asIntegers?.only else { return nil }
    self = Int(value)
  }
}

extension Double: HDF5AttributeValue {
  public static var isSingle: Bool { true }
  public var attributeContent: HDF5AttributeContent { .doubles([self]) }
  public init?(attributeContent: HDF5AttributeContent) {
    guard let value = attributeContent.asDoubles?.only else { return nil }
    self = value
  }
}

extension Float: HDF5AttributeValue {
  public static var isSingle: Bool { true }
  public var attributeContent: HDF5AttributeContent { .floats([self]) }
  public init?(attributeContent: HDF5AttributeContent) {
    guard let value = attributeContent.asDoubles?.only else { return nil }
    self = Float(value)
  }
}

extension Bool: HDF5AttributeValue {
  public static var isSingle: Bool { true }
  public var attributeContent: HDF5AttributeContent { .bools([self]) }
  public init?(attributeContent: HDF5AttributeContent) {
    guard let value = attributeContent.asIntegers?.only, value == 0 || value == 1 else {
      return nil
    }
    self = value == 1
  }
}

extension String: HDF5AttributeValue {
  public static var isSingle: Bool { true }
  public var attributeContent: HDF5AttributeContent { .strings([self]) }
  public init?(attributeContent: HDF5AttributeContent) {
    guard case .strings(let values) = attributeContent, let value = values.only else { return nil }
    self = value
  }
}

/// An element of a list that an attribute can hold.
public protocol HDF5AttributeElement: Sendable {
  static func content(of values: [Self]) -> HDF5AttributeContent
  static func values(in content: HDF5AttributeContent) -> [Self]?
}

extension Int64: HDF5AttributeElement {
  public static func content(of values: [Int64]) -> HDF5AttributeContent { .integers(values) }
  public static func values(in content: HDF5AttributeContent) -> [Int64]? { content.asIntegers }
}

extension Double: HDF5AttributeElement {
  public static func content(of values: [Double]) -> HDF5AttributeContent { .doubles(values) }
  public static func values(in content: HDF5AttributeContent) -> [Double]? { content.asDoubles }
}

extension String: HDF5AttributeElement {
  public static func content(of values: [String]) -> HDF5AttributeContent { .strings(values) }
  public static func values(in content: HDF5AttributeContent) -> [String]? {
    guard case .strings(let values) = content else { return nil }
    return values
  }
}

extension Array: HDF5AttributeValue where Element: HDF5AttributeElement {
  public static var isSingle: Bool { false }
  public var attributeContent: HDF5AttributeContent { Element.content(of: self) }
  public init?(attributeContent: HDF5AttributeContent) {
    guard let values = Element.values(in: attributeContent) else { return nil }
    self = values
  }
}
