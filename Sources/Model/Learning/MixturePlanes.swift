import Imaging
import Tensors
import VectorInterface

/// The images and targets of this rank's mixtures as planes of Float, and the mask.
package final class MixturePlanes {
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

  package func base(_ index: Int) -> MutableFloats { plane(0, index) }
  package func patch(_ index: Int) -> MutableFloats { plane(1, index) }
  package func restoredBase(_ index: Int) -> MutableFloats { plane(2, index) }
  package func restoredPatch(_ index: Int) -> MutableFloats { plane(3, index) }
  package func baseTarget(_ index: Int) -> MutableFloats { plane(4, index) }
  package func patchTarget(_ index: Int) -> MutableFloats { plane(5, index) }

  package var mask: Floats { Floats(maskPlane.baseAddress) }
  var patchPixels: Int { pixels - basePixels }

  func setMask(_ mask: [Float]) {
    _ = maskPlane.values.update(fromContentsOf: mask)
    basePixels = mask.count { $0 != 0 }
  }

  /// Bytes to [0, 1], mask bytes to 0 and 1.
  func write(_ sample: MaskedImage, image: MutableFloats, target: MutableFloats) {
    precondition(sample.image.pixels.count == pixels, "wrong sample size")
    for k in 0..<pixels {
      image[k] = Float(sample.image.pixels[k]) / 255
      target[k] = Float(sample.mask.pixels[k])
    }
  }
}
