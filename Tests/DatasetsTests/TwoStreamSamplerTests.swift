import Datasets
import Files
import Testing

@Suite struct TwoStreamSamplerTests {
  /// Twenty images at positions 100…119: seven labeled, thirteen unlabeled.
  private func sampler(
    blockSize: Int = 3, seed: UInt64 = 5, phase: Int = 0
  ) throws(FileError) -> TwoStreamSampler {
    try TwoStreamSampler(
      train: Array(100..<120), labeledRatio: 0.35, blockSize: blockSize, seed: seed, phase: phase,
      needsUnlabeled: true)
  }

  private func labeledStream(_ sampler: TwoStreamSampler, iterations: Int) -> [Int] {
    (0..<iterations).flatMap { sampler.labeledBlock(iteration: $0) }
  }

  @Test func labeledAreTheFirstNames() throws {
    let sampler = try sampler()
    #expect(sampler.labeled == Array(100..<107))
    #expect(sampler.unlabeled == Array(107..<120))
  }

  @Test(arguments: [
    (0.1, 10, 1), (0.29, 100, 29), (0.7, 10, 7), (0.2, 454, 90), (1.0, 13, 13), (0.0, 8, 0),
  ])
  func labeledCountIsTheFloor(ratio: Double, count: Int, expected: Int) {
    #expect(TwoStreamSampler.labeledCount(ratio: ratio, of: count) == expected)
  }

  @Test func everyEpochHoldsEachImageOnce() throws {
    let sampler = try sampler()
    let labeled = labeledStream(sampler, iterations: 70)
    for start in stride(from: 0, to: labeled.count, by: 7) {
      #expect(labeled[start..<start + 7].sorted() == sampler.labeled)
    }
    let unlabeled = (0..<65).flatMap { sampler.unlabeledBlock(iteration: $0) }
    for start in stride(from: 0, to: unlabeled.count, by: 13) {
      #expect(unlabeled[start..<start + 13].sorted() == sampler.unlabeled)
    }
  }

  @Test func ordersAreFreshInEveryEpochAndUniform() throws {
    let sampler = try sampler()
    let stream = labeledStream(sampler, iterations: 7 * 300)
    let epochs = stride(from: 0, to: stream.count, by: 7).map { Array(stream[$0..<$0 + 7]) }
    #expect(Set(epochs).count > 800)
    // 900 epochs put each image first 129 times on average, standard deviation 10.5.
    for image in sampler.labeled {
      let firsts = epochs.count { $0[0] == image }
      #expect((80...180).contains(firsts))
    }
  }

  /// With blocks of three and seven images, an epoch's border runs through a block: the stream is
  /// the same however it is cut.
  @Test func blocksCrossBorders() throws {
    let threes = labeledStream(try sampler(blockSize: 3), iterations: 14)
    let sixes = labeledStream(try sampler(blockSize: 6), iterations: 7)
    let sevens = labeledStream(try sampler(blockSize: 7), iterations: 6)
    #expect(threes == sixes)
    #expect(threes == sevens)
  }

  @Test func blocksAreAFunctionOfTheIteration() throws {
    let first = try sampler()
    let second = try sampler()
    let forwards = (0..<50).map { first.unlabeledBlock(iteration: $0) }
    let backwards = (0..<50).reversed().map { second.unlabeledBlock(iteration: $0) }
    #expect(forwards == backwards.reversed())
  }

  @Test func phasesSeedsAndStreamsDiffer() throws {
    let usual = labeledStream(try sampler(), iterations: 20)
    #expect(usual != labeledStream(try sampler(phase: 1), iterations: 20))
    #expect(usual != labeledStream(try sampler(seed: 6), iterations: 20))
    let even = try TwoStreamSampler(
      train: Array(0..<20), labeledRatio: 0.5, blockSize: 5, seed: 1, phase: 0,
      needsUnlabeled: true)
    let labeled = (0..<4).map { even.labeledBlock(iteration: $0) }
    let unlabeled = (0..<4).map { even.unlabeledBlock(iteration: $0).map { $0 - 10 } }
    #expect(labeled != unlabeled)
  }

  @Test func unlabeledMayBeEmpty() throws {
    let sampler = try TwoStreamSampler(
      train: Array(0..<8), labeledRatio: 1, blockSize: 8, seed: 1, phase: 0,
      needsUnlabeled: false)
    #expect(sampler.unlabeledBlock(iteration: 3) == [])
    #expect(sampler.labeledBlock(iteration: 3).sorted() == Array(0..<8))
  }

  /// Seven images in blocks of sixteen: each block begins the next permutation as often as it needs,
  /// and the stream is the same as in any other blocks.
  @Test func fewerImagesThanPlacesStandTwice() throws {
    let wide = try sampler(blockSize: 16)
    for iteration in 0..<20 {
      let block = wide.labeledBlock(iteration: iteration)
      #expect(block.count == 16 && Set(block) == Set(wide.labeled))
    }
    let narrow = try sampler(blockSize: 4)
    #expect(labeledStream(wide, iterations: 7) == labeledStream(narrow, iterations: 28))
    #expect(
      wide.repetitions(needsUnlabeled: true) == [
        "a batch has 16 places for labeled images and there are 7: an image may stand in it more than "
          + "once, varied anew each time",
        "a batch has 16 places for unlabeled images and there are 13: an image may stand in it more "
          + "than once, varied anew each time",
      ])
    #expect(wide.repetitions(needsUnlabeled: false).count == 1)
    #expect(narrow.repetitions(needsUnlabeled: true) == [])
  }

  @Test func oneLabeledImageIsEnough() throws {
    let sampler = try TwoStreamSampler(
      train: [4, 5], labeledRatio: 0.5, blockSize: 8, seed: 1, phase: 0, needsUnlabeled: true)
    #expect(sampler.labeledBlock(iteration: 3) == [Int](repeating: 4, count: 8))
    #expect(sampler.unlabeledBlock(iteration: 3) == [Int](repeating: 5, count: 8))
  }

  @Test(arguments: [
    (0.05, 10, "leaves no labeled one; use --labeled-ratio 0.1"),
    (0.001, 300, "leaves no labeled one; use --labeled-ratio 0.01"),
    (1, 20, "leaves no unlabeled one; use --labeled-ratio 0.99, or --method supervised, which"),
    (0.5, 1, "leaves no labeled one; add images to the list"),
  ])
  func onlyNoneIsRefused(ratio: Double, count: Int, message: String) throws {
    let error = #expect(throws: FileError.self) {
      try TwoStreamSampler(
        train: Array(0..<count), labeledRatio: ratio, blockSize: 8, seed: 1, phase: 0,
        needsUnlabeled: true)
    }
    let text = try #require(error?.description)
    #expect(text.hasPrefix("train.txt: --labeled-ratio \(ratio) of the \(count) images"))
    #expect(text.contains(message), "\(text)")
    guard let advice = text.firstMatch(of: /use --labeled-ratio ([0-9.]+[0-9])/) else { return }
    _ = try TwoStreamSampler(
      train: Array(0..<count), labeledRatio: try #require(Double(advice.output.1)), blockSize: 8,
      seed: 1, phase: 0, needsUnlabeled: true)
  }
}
