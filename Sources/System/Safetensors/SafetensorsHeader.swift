import Files

/// What the header of a safetensors file says, checked: every byte after it belongs to one tensor.
struct SafetensorsHeader {
  private(set) var metadata: [String: String] = [:]
  private(set) var tensors: [String: SafetensorsFile.Tensor] = [:]

  static let metadataName = "__metadata__"

  /// - Parameters:
  ///   - path: of the file, for messages.
  ///   - byteCount: of all values.
  init(_ text: [UInt8], path: String, byteCount: Int) throws(FileError) {
    guard let text = String(validating: text, as: UTF8.self),
      let root = (try? JSON.value(JSONValue.self, of: text))?.object
    else { throw Self.damage(path, "its header is not a JSON object") }
    for (name, value) in root {
      if name == Self.metadataName {
        metadata = try Self.metadata(value, path)
      } else {
        tensors[name] = try Self.tensor(name, value, path)
      }
    }
    try requireWholeCover(path, byteCount: byteCount)
  }

  /// What is wrong, and what to do.
  static func damage(_ path: String, _ text: String) -> FileError {
    FileError(
      path, "\(text): no safetensors file, or a damaged one; save or copy it anew", isDamaged: true)
  }

  private static func metadata(
    _ value: JSONValue, _ path: String
  ) throws(FileError) -> [String: String] {
    guard let members = value.object, members.values.allSatisfy({ $0.text != nil }) else {
      throw damage(path, "\(metadataName) in its header is not an object of texts")
    }
    return members.compactMapValues(\.text)
  }

  private static func tensor(
    _ name: String, _ value: JSONValue, _ path: String
  ) throws(FileError) -> SafetensorsFile.Tensor {
    guard let members = value.object, let type = members["dtype"]?.text,
      let shape = members["shape"]?.counts, let offsets = members["data_offsets"]?.counts,
      offsets.count == 2, offsets[0] <= offsets[1]
    else { throw damage(path, "its header does not say type, shape and place of \(name)") }
    guard let type = SafetensorsType(rawValue: type) else {
      throw FileError(path, "\(name) has the type \(type), which is not known here")
    }
    let place = offsets[0]..<offsets[1]
    var bytes = (partialValue: type.byteCount, overflow: false)
    for side in shape where !bytes.overflow {
      bytes = bytes.partialValue.multipliedReportingOverflow(by: side)
    }
    guard !bytes.overflow, bytes.partialValue == place.count else {
      throw damage(
        path,
        "\(name) is \(type.rawValue) \(shape), but the header gives it \(place.count) bytes")
    }
    return SafetensorsFile.Tensor(type: type, shape: shape, place: place)
  }

  /// Tensors may neither overlap nor leave anything out.
  private func requireWholeCover(_ path: String, byteCount: Int) throws(FileError) {
    let ordered = tensors.sorted {
      ($0.value.place.lowerBound, $0.value.place.upperBound, $0.key)
        < ($1.value.place.lowerBound, $1.value.place.upperBound, $1.key)
    }
    var end = 0
    var last = "the header"
    for (name, tensor) in ordered {
      guard tensor.place.lowerBound >= end else {
        throw Self.damage(path, "the places of \(last) and \(name) overlap")
      }
      guard tensor.place.lowerBound == end else {
        throw Self.damage(
          path, "\(tensor.place.lowerBound - end) bytes before \(name) belong to no tensor")
      }
      (end, last) = (tensor.place.upperBound, name)
    }
    guard end == byteCount else {
      throw Self.damage(
        path, "its tensors take \(end) bytes after the header, where there are \(byteCount)")
    }
  }
}

extension JSONValue {
  /// An array of whole numbers that count something; nil for anything else.
  fileprivate var counts: [Int]? {
    guard case .array(let items) = self else { return nil }
    let counts = items.compactMap { item -> Int? in
      if case .integer(let value) = item, value >= 0 { value } else { nil }
    }
    return counts.count == items.count ? counts : nil
  }
}
