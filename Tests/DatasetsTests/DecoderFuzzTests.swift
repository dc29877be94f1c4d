import Datasets
import Foundation
import Imaging
import TestSupport
import Testing

/// Damaged image files are decoded or refused, and nothing else happens.
@Suite struct DecoderFuzzTests {
  private static let isLong = ProcessInfo.processInfo.environment["SWITCH_LONG_TESTS"] != nil

  @Test func mutationsAreDecodedOrRefused() throws {
    let files = try Self.files()
    var random = Mutations(state: 88_172_645_463_325_252)
    var (decoded, refused) = (0, 0)
    for round in 0..<(Self.isLong ? 5000 : 400) {
      var bytes = random.mutated(files[round % files.count])
      // Half of them with right checksums, so that damage gets beyond these.
      if round % 2 == 0 { bytes = PlainPNG.withRightChecksums(bytes) }
      do throws(ImagingError) {
        let image = try ImageFile.decode(bytes: bytes)
        let gray = image.gray(window: .range(low: 3, high: 4000)).image
        #expect(gray.pixels.count == image.size.width * image.size.height)
        for foreground in [nil, "alpha", "1,3-5,#FF0000"] {
          let reader = MaskReader(foreground: foreground.flatMap { MaskForeground($0) })
          guard let mask = try? reader.read(image).mask else { continue }
          #expect(mask.pixels.allSatisfy { $0 <= 1 })
        }
        decoded += 1
      } catch {
        #expect(!error.reason.isEmpty && !error.reason.contains("\n"))
        refused += 1
      }
    }
    #expect(decoded > 0 && refused > decoded / 10, "\(decoded) decoded, \(refused) refused")
  }

  /// All fixtures of both formats.
  private static func files() throws -> [[UInt8]] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fixtures")
    return try ["jpeg", "png"].flatMap { folder in
      try FileManager.default.contentsOfDirectory(
        at: root.appending(path: folder), includingPropertiesForKeys: nil
      ).sorted { $0.path < $1.path }.map { [UInt8](try Data(contentsOf: $0)) }
    }
  }
}

/// Small changes at random, the same in every run (xorshift, Marsaglia 2003).
private struct Mutations {
  var state: UInt64

  private mutating func number(below count: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state >> 1) % max(count, 1)
  }

  mutating func mutated(_ file: [UInt8]) -> [UInt8] {
    var bytes = file
    for _ in 0...number(below: 5) where !bytes.isEmpty {
      let place = number(below: bytes.count)
      switch number(below: 6) {
      case 0: bytes.removeLast(bytes.count - place)
      case 1: bytes.removeSubrange(place..<min(bytes.count, place + number(below: 16)))
      case 2:
        let new = (0..<number(below: 16)).map { _ in UInt8(number(below: 256)) }
        bytes.insert(contentsOf: new, at: place)
      case 3: bytes[place % 64 % bytes.count] = UInt8(number(below: 256))
      default: bytes[place] ^= 1 << UInt8(number(below: 8))
      }
    }
    return bytes
  }
}
