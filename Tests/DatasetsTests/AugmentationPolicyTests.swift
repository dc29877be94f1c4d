import Datasets
import Imaging
import RandomNumbers
import Testing

@Suite struct AugmentationPolicyTests {
  private typealias Pair = MaskedImage

  private func stream(_ iteration: Int, slot: Int = 0) -> RandomStream {
    RandomStream(seed: 9, purpose: .labeledAugmentation, iteration: iteration, slot: slot)
  }

  /// An image whose pixels are foreground exactly where they are bright, so that a geometric change
  /// of one without the other shows.
  private let blob = Self.makeBlob()

  private static func makeBlob() -> Pair {
    var image = GrayImage(width: 64, height: 64, repeating: 20)
    var mask = GrayImage(width: 64, height: 64)
    for y in 10..<30 {
      for x in 24..<(40 + y / 2) {
        image[x: x, y: y] = 220
        mask[x: x, y: y] = 1
      }
    }
    return Pair(image: image, mask: mask)
  }

  private let textured = Self.makeTextured()

  private static func makeTextured() -> Pair {
    var random = RandomStream(seed: 1, purpose: .phantom)
    var pair = makeBlob()
    pair.image.pixels = pair.image.pixels.map { $0 &+ UInt8(random.integer(below: 30)) }
    return pair
  }

  @Test func sameNumbersSamePair() {
    let policy = AugmentationPolicy(strong: true, weak: true)
    for iteration in 0..<40 {
      var first = stream(iteration)
      var second = stream(iteration)
      #expect(policy.labeled(textured, &first) == policy.labeled(textured, &second))
    }
  }

  @Test func slotsDiffer() {
    let policy = AugmentationPolicy(strong: false, weak: true, randomWeakCount: false)
    let results = (0..<30).map { slot in
      var stream = stream(0, slot: slot)
      return policy.labeled(textured, &stream).image.pixels
    }
    #expect(Set(results).count > 20)
  }

  @Test func bothOffChangesNothing() {
    let policy = AugmentationPolicy(strong: false, weak: false)
    for iteration in 0..<20 {
      var first = stream(iteration)
      var second = stream(iteration)
      #expect(policy.labeled(textured, &first) == textured)
      #expect(policy.unlabeled(textured, &second) == textured)
    }
  }

  /// Half of the labeled images get strong changes, which never move the mask; weak ones never make
  /// new gray levels here, as the blob has two and crops are told apart by their mask.
  @Test func labeledAreStrongHalfTheTime() {
    let policy = AugmentationPolicy(
      strong: true, weak: true, randomStrongCount: false, randomWeakCount: false)
    let pair = textured
    var strong = 0
    for iteration in 0..<400 {
      var stream = stream(iteration)
      let result = policy.labeled(pair, &stream)
      let sorted = result.image.pixels.sorted() == pair.image.pixels.sorted()
      if result.mask == pair.mask && !sorted { strong += 1 }
    }
    // 200 expected, standard deviation 10.
    #expect((150...250).contains(strong))
  }

  @Test func strongOnlyNeverMoves() {
    let policy = AugmentationPolicy(strong: true, weak: false)
    var changed = 0
    for iteration in 0..<100 {
      var stream = stream(iteration)
      let result = policy.labeled(textured, &stream)
      #expect(result.mask == textured.mask)
      if result.image != textured.image { changed += 1 }
    }
    #expect(changed > 80)
  }

  @Test func unlabeledAreOnlyMoved() {
    let policy = AugmentationPolicy(strong: true, weak: true)
    for iteration in 0..<100 {
      var stream = stream(iteration)
      let result = policy.unlabeled(blob, &stream)
      #expect(result.mask.pixels.contains(1))
      #expect(result.image.pixels.allSatisfy { (20...220).contains($0) })
    }
  }

  /// Image and mask move alike: after four weak changes the mask still lies where the image is
  /// bright, up to a few pixels of the border, where the nearest neighbours of several crops drift.
  @Test func imageAndMaskMoveAlike() {
    let policy = AugmentationPolicy(strong: false, weak: true, randomWeakCount: false)
    var cropped = 0
    for iteration in 0..<200 {
      var stream = stream(iteration)
      let result = policy.labeled(blob, &stream)
      #expect(result.mask.pixels.allSatisfy { $0 <= 1 })
      if result.image.pixels.contains(where: { $0 != 20 && $0 != 220 }) { cropped += 1 }
      let astray = zip(result.image.pixels, result.mask.pixels).count { gray, mask in
        mask == 0 ? gray > 200 : gray < 40
      }
      #expect(astray <= 10)
    }
    // Four draws miss the crop in (3/4)⁴ = 32 % of the cases.
    #expect((100...190).contains(cropped))
  }

  /// With one draw out of four operations, a quarter each.
  @Test func weakOperationsAreEquallyLikely() {
    let policy = AugmentationPolicy(
      strong: false, weak: true, weakCount: 1, randomWeakCount: false)
    let pair = textured
    var counts = [0, 0, 0, 0]
    for iteration in 0..<800 {
      var stream = stream(iteration)
      switch policy.labeled(pair, &stream).image {
      case pair.image: counts[0] += 1
      case pair.image.flippedHorizontally(): counts[1] += 1
      case pair.image.flippedVertically(): counts[2] += 1
      default: counts[3] += 1
      }
    }
    // 200 expected, standard deviation 12; a crop may be the whole image now and then.
    for count in counts { #expect((150...250).contains(count)) }
  }

  /// With one draw out of nine, gray images that only one operation can make show its frequency.
  @Test func strongOperationsAreEquallyLikely() {
    let policy = AugmentationPolicy(
      strong: true, weak: false, strongCount: 1, randomStrongCount: false)
    let pair = textured
    var identity = 0
    var stretched = 0
    var equalized = 0
    var solarized = 0
    for iteration in 0..<1800 {
      var stream = stream(iteration)
      let image = policy.labeled(pair, &stream).image
      if image == pair.image { identity += 1 }
      if image == pair.image.autocontrast() { stretched += 1 }
      if image == pair.image.equalized() { equalized += 1 }
      let mirrored = zip(image.pixels, pair.image.pixels).allSatisfy { $0 == $1 || $0 == 255 - $1 }
      if mirrored && image != pair.image { solarized += 1 }
    }
    // 200 expected of each, standard deviation 13; thresholds above the brightest level solarize
    // nothing, and in brightness or contrast a factor near 1 changes nothing.
    #expect((150...260).contains(identity))
    #expect((150...250).contains(stretched))
    #expect((150...250).contains(equalized))
    #expect((140...250).contains(solarized))
  }

  /// n draws leave the image as it is with probability 1/4, 3/16, 7/64, 21/256 for n = 1…4 (no
  /// crop, flips that cancel): 0.157 on average, 0.082 for exactly four.
  @Test func countsAreRandomOrExact() {
    func unchanged(random: Bool) -> Int {
      let policy = AugmentationPolicy(strong: false, weak: true, randomWeakCount: random)
      return (0..<1000).count { iteration in
        var stream = stream(iteration)
        return policy.labeled(textured, &stream) == textured
      }
    }
    #expect((115...200).contains(unchanged(random: true)))
    #expect((50...113).contains(unchanged(random: false)))
  }
}
