import Tensors
import VectorInterface

/// The images and targets of this rank's mixtures as planes of Float, and the mask.
final class MixturePlanes {
  private let pixels: Int
  private let count: Int
  private let values: AlignedBuffer<Float>
  private let maskPlane: AlignedBuffer<Float>
  /// Pixels of the base in one image.
  private(set) var basePixels = 0

  init(count: Int, pixels: Int) {
    self.count = count
    self.pixels = pixels
    values = AlignedBuffer(count: 6 * count * pixels)
    maskPlane = AlignedBuffer(count: pixels)
  }

  private func plane(_ kind: Int, _ index: Int) -> MutableFloats {
    values.baseAddress + (kind * count + index) * pixels
  }

  func base(_ index: Int) -> MutableFloats { plane(0, index) }
  func patch(_ index: Int) -> MutableFloats { plane(1, index) }
  func restoredBase(_ index: Int) -> MutableFloats { plane(2, index) }
  func restoredPatch(_ index: Int) -> MutableFloats { plane(3, index) }
  func baseTarget(_ index: Int) -> MutableFloats { plane(4, index) }
  func patchTarget(_ index: Int) -> MutableFloats { plane(5, index) }

  var mask: Floats { Floats(maskPlane.baseAddress) }
  var patchPixels: Int { pixels - basePixels }

  func setMask(_ mask: [Float]) {
    _ = maskPlane.values.update(fromContentsOf: mask)
    basePixels = mask.count { $0 != 0 }
  }

  /// Bytes to [0, 1], mask bytes to 0 and 1.
  func write(_ sample: TrainingSample, image: MutableFloats, target: MutableFloats) {
    precondition(sample.image.count == pixels && sample.label.count == pixels, "wrong sample size")
    for k in 0..<pixels {
      image[k] = Float(sample.image[k]) / 255
      target[k] = Float(sample.label[k])
    }
  }
}
