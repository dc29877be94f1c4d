import Kernels
import Testing

/// One arithmetic: every kernel gives the same bits on all processor families that this machine has.
@Suite(.enabled(if: KernelNumbers.units.count > 1, "this processor has one family only"))
struct FamilyAgreementTests {
  @Test(arguments: Precision.allCases, MapKernelCase.all)
  func mapKernelsGiveTheSameBits(precision: Precision, item: MapKernelCase) {
    expectAgreement(KernelNumbers.units.map { item.outcome($0.mapKernels(precision)) })
  }

  @Test(arguments: VectorKernelCase.all)
  func vectorKernelsGiveTheSameBits(item: VectorKernelCase) {
    expectAgreement(KernelNumbers.units.map { item.outcome($0.kernels) })
  }

  private func expectAgreement(_ outcomes: [KernelOutcome]) {
    for (unit, outcome) in zip(KernelNumbers.units, outcomes) {
      #expect(outcome.isFinite && outcome.isTelling, "\(unit.rawValue)")
      let differing = zip(outcome.bits, outcomes[0].bits).count { $0 != $1 }
      #expect(
        outcome.bits.count == outcomes[0].bits.count && differing == 0,
        "\(differing) of \(outcome.bits.count) values differ on \(unit.rawValue)")
    }
  }

  init() { ComputingThread.flushDenormals() }
}
