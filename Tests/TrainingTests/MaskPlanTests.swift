import Methods
import Testing

/// Squares of the mixing masks, as the published code draws them.
@Suite struct MaskPlanTests {
  private struct Square: Equatable {
    var top: Int
    var left: Int
    var height: Int
    var width: Int
  }

  /// The box around the zeros of a mask, if it is full of them.
  private func square(_ mask: [Float], size: Int) -> Square? {
    let zeros = mask.indices.filter { mask[$0] == 0 }
    let rows = zeros.map { $0 / size }
    let columns = zeros.map { $0 % size }
    guard let top = rows.min(), let bottom = rows.max(), let left = columns.min(),
      let right = columns.max()
    else { return nil }
    let square = Square(top: top, left: left, height: bottom - top + 1, width: right - left + 1)
    return square.height * square.width == zeros.count ? square : nil
  }

  private func switchMethod(_ coarse: Int, _ fine: Int) -> SwitchMethod {
    SwitchMethod(
      coarsePatches: coarse, finePatches: fine, frequencyArea: 0.0175, contrastiveWeight: 0.1,
      consistencyWeight: 0.1)
  }

  @Test func sidesAreThePublishedOnes() throws {
    for (method, side) in [
      (switchMethod(1, 0) as any Method, 128), (switchMethod(0, 1), 32),
      (BidirectionalCopyPaste(), 170),
    ] {
      for plan in method.phases(imageSize: 256, batchSize: 16) {
        let mask = plan.mask.draw(seed: 3, phase: plan.phase, iteration: 7)
        let found = try #require(square(mask, size: 256))
        #expect(found.height == side && found.width == side)
      }
    }
    let supervised = SupervisedMethod(fillsBatch: true).phases(imageSize: 64, batchSize: 16)[0]
    #expect(
      supervised.mask.draw(seed: 3, phase: .selfTraining, iteration: 0).allSatisfy { $0 == 1 })
  }

  /// Corners are uniform in [0, size − side): both ends occur, and no place beyond.
  @Test func cornersFillTheirRange() throws {
    let mask = BidirectionalCopyPaste().phases(imageSize: 48, batchSize: 16)[1].mask
    let squares = try (0..<1_000).map {
      try #require(square(mask.draw(seed: 1, phase: .selfTraining, iteration: $0), size: 48))
    }
    #expect(Set(squares.map(\.top)) == Set(0..<16) && Set(squares.map(\.left)) == Set(0..<16))
    #expect(squares.contains { $0.top != $0.left })
  }

  @Test func allPatchesAreDrawn() {
    let mask = switchMethod(2, 2).phases(imageSize: 256, batchSize: 16)[1].mask
    let areas = (0..<200).map { iteration in
      mask.draw(seed: 1, phase: .selfTraining, iteration: iteration).count { $0 == 0 }
    }
    let (coarse, fine) = (128 * 128, 32 * 32)
    #expect(areas.allSatisfy { $0 > coarse && $0 <= 2 * coarse + 2 * fine })
    // Apart, two small squares show beside the large ones.
    #expect(areas.contains { $0 > 2 * coarse - coarse / 8 })
    let alone = switchMethod(0, 2).phases(imageSize: 256, batchSize: 16)[1].mask
    let counts = (0..<50).map { iteration in
      alone.draw(seed: 1, phase: .selfTraining, iteration: iteration).count { $0 == 0 }
    }
    #expect(counts.max() == 2 * fine)
  }
}
