import Learning
import Testing

@Suite struct CosineScheduleTests {
  @Test(arguments: [1, 2, 3, 10, 999, 30_000, 1_000_000_000])
  func startsAtTheInitialRateAndEndsNearZero(steps: Int) {
    for initial in [0.05, 0.01, 1e-3, 0.1] {
      let schedule = CosineSchedule(initial: initial, steps: steps)
      #expect(schedule.learningRate(step: 0) == initial)
      #expect(schedule.learningRate(step: steps) == 0)
      if steps % 2 == 0 { #expect(schedule.learningRate(step: steps / 2) == initial / 2) }
    }
  }

  @Test func fallsAllTheWay() {
    let schedule = CosineSchedule(initial: 0.01, steps: 3000)
    let rates = (0...3000).map { schedule.learningRate(step: $0) }
    #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 > $1 })
  }

  /// The learning rate decides all bits of a run.
  @Test func bitsArePinned() {
    let schedule = CosineSchedule(initial: 0.05, steps: 10)
    let pinned = [
      0x1.999999999999ap-5, 0x1.8f938d481bb9ap-5, 0x1.727c9716ffb77p-5,
      0x1.452dace955759p-5, 0x1.0c1630b099510p-5, 0x1.999999999999ap-6,
      0x1.1b06d1d200913p-6, 0x1.51afb2c110904p-7, 0x1.38e81414cf11ap-8,
      0x1.40c18a2fbc00dp-10,
    ]
    #expect((0..<10).map(schedule.learningRate) == pinned)
  }
}
