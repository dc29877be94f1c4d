import Methods
import VectorInterface

/// What can be looked at of a mixture.
package enum MixtureView {
  /// The mixed image.
  case input
  /// The student's mask.
  case output
  /// Label and pseudo-label, mixed as the image is.
  case label
  /// The mixed image made of the restored ones.
  case restored
}

extension PhasePlan {
  /// What a step of this phase has of each mixture.
  package var views: [MixtureView] {
    [.input, .output, .label] + (hasRestoredViews ? [.restored] : [])
  }
}

extension TrainingStep {
  /// The first mixture of the last step, [size][size] in 8-bit gray; nothing on a rank that does not
  /// own it.
  package func firstMixture(_ view: MixtureView) -> [UInt8] {
    guard share.contains(0) else { return [] }
    return switch view {
    case .input: gray(student.inputs.baseAddress)
    case .restored: gray(student.inputs.baseAddress + share.count * pixels)
    case .output: mask { student.logits.baseAddress[pixels + $0] > student.logits.baseAddress[$0] }
    case .label:
      mask { (planes.mask[$0] != 0 ? planes.baseTarget(0) : planes.patchTarget(0))[$0] != 0 }
    }
  }

  /// Restored images may go beyond [0, 1].
  private func gray(_ plane: MutableFloats) -> [UInt8] {
    (0..<pixels).map { UInt8(min(max(plane[$0] * 255, 0), 255).rounded()) }
  }

  private func mask(_ isForeground: (Int) -> Bool) -> [UInt8] {
    (0..<pixels).map { isForeground($0) ? 255 : 0 }
  }
}
