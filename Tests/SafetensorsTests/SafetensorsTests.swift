import Files
import RandomNumbers
import Safetensors
import TestSupport
import Testing

/// Files of tensors by name: what is written is read, and of what others wrote nothing is believed.
@Suite struct SafetensorsTests {
  private let folder: TemporaryFolder
  private var path: String { folder.file("a.safetensors") }

  init() throws { folder = try TemporaryFolder() }

  private static var content: SafetensorsContent {
    var content = SafetensorsContent()
    content.metadata = [("format", "pt"), ("licence", "“none”\n\t\"\\ ünïcode \u{1}")]
    content.add("b.weight", [2, 3], .float32([1, -2, 3.5, .infinity, 0, -0.0]))
    content.add("a.weight", [1], .float32([7]))
    content.add("counter", [], .int64([-9_000_000_000]))
    content.add("nothing", [0, 5], .float32([]))
    content.add("wide", [200], .float32([Float](repeating: 1, count: 200)))
    return content
  }

  /// A file with this header and so many zero bytes after it.
  private func write(_ header: String, bytes: Int, length: UInt64? = nil) throws {
    let count = length ?? UInt64(header.utf8.count)
    let prefix = (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
    try folder.write(
      prefix + Array(header.utf8) + [UInt8](repeating: 0, count: bytes), to: "a.safetensors")
  }

  private func refusal() -> String? {
    do {
      _ = try SafetensorsFile(path)
      return nil
    } catch {
      return error.description
    }
  }

  // MARK: There and back

  @Test func whatIsWrittenIsRead() throws {
    let bytes = Self.content.bytes()
    #expect(bytes == Self.content.bytes())
    try folder.write(bytes, to: "a.safetensors")
    let file = try SafetensorsFile(path)
    #expect(file.metadata == ["format": "pt", "licence": "“none”\n\t\"\\ ünïcode \u{1}"])
    #expect(
      file.tensors.mapValues(\.shape) == [
        "b.weight": [2, 3], "a.weight": [1], "counter": [], "nothing": [0, 5], "wide": [200],
      ])
    #expect(
      try file.floats("b.weight").map(\.bitPattern)
        == [1, -2, 3.5, .infinity, 0, -0.0].map {
          (value: Float) in value.bitPattern
        })
    #expect(try file.integers("counter") == [-9_000_000_000])
    #expect(try file.floats("nothing").isEmpty)
    // The header is padded so that the values begin at a multiple of 8.
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    #expect(length % 8 == 0 && bytes[8] == UInt8(ascii: "{"))
    for (name, message) in [("counter", "counter is I64, not F32"), ("x", "there is no tensor x")] {
      do {
        _ = try file.floats(name)
        Issue.record("\(name) was read")
      } catch {
        #expect(error.description == "\(path): \(message)")
      }
    }
  }

  // MARK: What headers say

  @Test(arguments: [
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 7, "take 8 bytes after the header"
    ),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 9, "where there are 9"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "a is F32 [2], but the header"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, "type, shape and place of a"),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "type, shape and place of a"),
    (#"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,6]}}"#, 6, "type, shape and place of a"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#, 4, "type, shape and place of a"),
    (#"{"a":{"shape":[1],"data_offsets":[0,4]}}"#, 4, "type, shape and place of a"),
    (#"{"a":[1]}"#, 0, "type, shape and place of a"),
    (
      #"{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}"#, 4,
      "the type F31, which is not known"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}"#,
      6, "the places of a and b overlap"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}"#,
      4, "2 bytes before b belong to no tensor"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, 0,
      "but the header gives it 0 bytes"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[18446744073709551612,18446744073709551616]}}"#,
      4, "type, shape and place of a"
    ),
    (#"{"__metadata__":{"a":1}}"#, 0, "__metadata__ in its header is not an object of texts"),
    ("[]", 0, "its header is not a JSON object"),
    (#"{"a":"#, 0, "its header is not a JSON object"),
    ("", 0, "its header is not a JSON object"),
  ])
  func aHeaderThatContradictsTheFileIsRefused(header: String, bytes: Int, message: String) throws {
    try write(header, bytes: bytes)
    let text = try #require(refusal())
    #expect(text.contains(message), "\(text)")
    #expect(text.hasPrefix("\(path): ") && !text.contains("\n"))
  }

  @Test func aLengthThatLiesIsRefused() throws {
    for length in [3, 1 << 40, UInt64(Int64.max), .max, .max - 7] {
      try write("{}", bytes: 0, length: length)
      #expect(refusal()?.contains("its header is said to have \(length) bytes") == true)
    }
    for size in 0..<8 {
      try folder.write([UInt8](repeating: 0, count: size), to: "a.safetensors")
      #expect(refusal()?.contains("\(size) bytes are too few") == true)
    }
    try folder.write([2, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFE], to: "a.safetensors")
    #expect(refusal()?.contains("not a JSON object") == true)
    // The same name twice: one of the places is nobody's then.
    try write(
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#,
      bytes: 2)
    #expect(refusal() != nil)
  }

  /// Bytes changed, left out and put in at random: read with the same tensors, or one line.
  @Test func damageIsReadOrRefused() throws {
    let whole = Self.content.bytes()
    var random = RandomStream(seed: 3, purpose: .kernelProbe)
    var (read, refused) = (0, 0)
    for _ in 0..<600 {
      var bytes = whole
      for _ in 0..<random.integer(in: 1..<4) {
        let place = random.integer(in: 0..<bytes.count)
        switch random.integer(in: 0..<4) {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(UInt8(random.integer(in: 0..<256)), at: place)
        case 2: bytes = Array(bytes[..<max(place, 1)])
        default: bytes[place] = UInt8(random.integer(in: 0..<256))
        }
      }
      try folder.write(bytes, to: "a.safetensors")
      do {
        let file = try SafetensorsFile(path)
        for (name, tensor) in file.tensors where tensor.type == .float32 {
          #expect(try file.floats(name).count == tensor.shape.reduce(1, *))
        }
        read += 1
      } catch {
        #expect(error.description.hasPrefix("\(path): ") && !error.description.contains("\n"))
        refused += 1
      }
    }
    #expect(read > 20 && refused > 200, "\(read) read, \(refused) refused")
  }
}
