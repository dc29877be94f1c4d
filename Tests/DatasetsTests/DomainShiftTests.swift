import Datasets
import Files
import Imaging
import Phantoms
import Testing

/// Phantoms of another scanner: what changes, what stays, and which images they are.
@Suite struct DomainShiftTests {
  private func pair(
    _ index: Int, _ shift: String
  ) throws -> (usual: MaskedImage, shifted: MaskedImage) {
    (
      MaskedImage(phantom: index, size: 64, seed: 3),
      MaskedImage(phantom: index, size: 64, seed: 3, shift: try DomainShift(shift))
    )
  }

  private func mean(_ pixels: some Sequence<UInt8>) -> Double {
    let values = pixels.map(Double.init)
    return values.reduce(0, +) / Double(values.count)
  }

  /// Mean difference of neighbours along a row.
  private func roughness(_ image: GrayImage) -> Double {
    let pairs = image.pixels.indices.dropFirst().filter { $0 % image.width != 0 }
    return pairs.reduce(0) {
      $0 + abs(Double(image.pixels[$1]) - Double(image.pixels[$1 - 1]))
    } / Double(pairs.count)
  }

  @Test func whatIsAsUsualChangesNothing() throws {
    let (usual, shifted) = try pair(0, "gain=0,speckle=1,frequency=1,probe=linear")
    #expect(usual == shifted)
  }

  @Test(arguments: 0..<4) func gainIsBrightnessInDecibels(index: Int) throws {
    let (usual, brighter) = try pair(index, "gain=6")
    let (_, darker) = try pair(index, "gain=-6")
    #expect(usual.mask == brighter.mask && usual.mask == darker.mask)
    // 50 to 60 dB are 255 levels; where nothing is clipped 6 dB are 25.5 to 30.6 of them.
    for position in usual.image.pixels.indices {
      let before = Int(usual.image.pixels[position])
      let after = Int(brighter.image.pixels[position])
      #expect(before == 0 || after == 255 || (25...31).contains(after - before))
    }
    #expect(mean(darker.image.pixels) < mean(usual.image.pixels) - 10)
  }

  @Test(arguments: 0..<4) func grainsFollowSpeckleAndFrequency(index: Int) throws {
    let (usual, coarse) = try pair(index, "speckle=2")
    let (_, low) = try pair(index, "frequency=0.5")
    let (_, high) = try pair(index, "frequency=2")
    #expect(roughness(coarse.image) < roughness(usual.image))
    #expect(roughness(low.image) < roughness(usual.image))
    // A higher frequency does not get as deep.
    let below = 48 * 64..<64 * 64
    #expect(mean(high.image.pixels[below]) < mean(usual.image.pixels[below]))
    #expect(mean(low.image.pixels[below]) > mean(usual.image.pixels[below]))
    #expect([coarse.mask, low.mask, high.mask].allSatisfy { $0 == usual.mask })
  }

  /// The corners above are black, and no lesion is outlined there; every image keeps some of its own.
  @Test func aCurvedProbeSeesLess() throws {
    for index in 0..<40 {
      let (usual, curved) = try pair(index, "probe=curved")
      for row in 0..<8 {
        for column in [0, 1, 62, 63] { #expect(curved.image.pixels[row * 64 + column] == 0) }
      }
      #expect(mean(curved.image.pixels[40 * 64..<44 * 64]) > 0)
      #expect(curved.mask.pixels.contains(1))
      #expect(zip(curved.mask.pixels, usual.mask.pixels).allSatisfy { $0 <= $1 })
    }
  }

  @Test func shiftedImagesAreTheLastOfEachListAndNamedSo() throws {
    let shifts = try ["portable", "gain=-6"].map { text throws(FileError) in try DomainShift(text) }
    let phantom = try Phantom(count: 20, size: 32, seed: 1, shifts: shifts, shiftedPart: 0.5)
    let names = phantom.names
    let splits = phantom.splits
    let train = splits.train.map { names[$0] }
    #expect(train.count == 14 && train[6] == "phantom_0007.png")
    #expect(train[7] == "phantom_0008_portable.png" && train[8] == "phantom_0009_gain=-6.png")
    #expect(splits.test.map { names[$0].contains("_portable") } == [false, false, true, false])
    let usual = try Phantom(count: 20, size: 32, seed: 1)
    for index in 0..<20 {
      #expect((phantom.image(index) == usual.image(index)) == !names[index].contains("_", after: 8))
    }
    // With any number of threads.
    let digests = try [1, 3].map { try phantom.dataset(threads: $0).contentDigest() }
    #expect(digests[0] == digests[1])
    let none = try Phantom(count: 20, size: 32, seed: 1, shifts: shifts, shiftedPart: 0)
    #expect(none.names == usual.names)
  }

  @Test(arguments: [
    "", "gain", "gain=", "gain=40", "gain=nan", "speckle=0", "frequency=9", "probe=square",
    "gain=1,,probe=curved", "tone=3", "bright,gain=1",
  ])
  func whatIsNoShiftIsRefused(text: String) {
    #expect(throws: FileError.self) { try DomainShift(text) }
  }

  @Test func aPartIsBetweenNoneAndAll() {
    #expect(throws: FileError.self) { try Phantom(count: 20, seed: 1, shiftedPart: 1.5) }
    #expect(throws: FileError.self) { try Phantom(count: 20, seed: 1, shiftedPart: .nan) }
  }
}

extension String {
  fileprivate func contains(_ character: Character, after count: Int) -> Bool {
    dropFirst(count).contains(character)
  }
}
