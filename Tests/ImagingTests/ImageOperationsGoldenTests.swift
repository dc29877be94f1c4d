import Imaging
import TestSupport
import Testing

/// Pillow's and torchvision's own results.
@Suite struct ImageOperationsGoldenTests {
  let golden: Golden

  init() throws {
    golden = try Golden("image_operations.h5")
  }

  func image(_ path: String) throws -> GrayImage {
    let (shape, values) = try golden.bytes(path)
    return GrayImage(width: shape[1], height: shape[0], pixels: values)
  }

  func expectEqual(_ ours: GrayImage, _ path: String) throws {
    let theirs = try image(path)
    #expect(ours.width == theirs.width && ours.height == theirs.height)
    #expect(zip(ours.pixels, theirs.pixels).count { $0 != $1 } == 0, "\(path)")
  }

  @Test(arguments: 0..<4)
  func resizing(_ number: Int) throws {
    let group = "resize/\(number)"
    try expectEqual(image("\(group)/image").resized(width: 256, height: 256), "\(group)/image_256")
    let label = try image("\(group)/label")
    try expectEqual(label.resized(width: 256, height: 256), "\(group)/label_256_bilinear")
    try expectEqual(label.resizedNearest(width: 256, height: 256), "\(group)/label_256_nearest")
  }

  @Test(arguments: 0..<3)
  func resizedCrop(_ number: Int) throws {
    let group = "augment/resized_crop/\(number)"
    func attribute(_ name: String) throws -> Int {
      Int(try golden.attribute(name, on: group))
    }
    let cropped = try image("augment/input").resizedCrop(
      x: attribute("left"), y: attribute("top"), width: attribute("width"),
      height: attribute("height"), side: 256)
    try expectEqual(cropped, "\(group)/output")
  }

  @Test func colourToGray() throws {
    let (shape, values) = try golden.bytes("rgb_to_gray/rgb")
    let color = RGBImage(width: shape[1], height: shape[0], samples: values)
    try expectEqual(GrayImage(color), "rgb_to_gray/gray")
  }

  @Test func tones() throws {
    let input = try image("augment/input")
    try expectEqual(input.autocontrast(), "augment/autocontrast")
    try expectEqual(input.equalized(), "augment/equalize")
    try expectEqual(input.contrast(0.75), "augment/contrast_0.75")
    try expectEqual(input.contrast(1.2), "augment/contrast_1.2")
    try expectEqual(input.brightness(0.75), "augment/brightness_0.75")
    try expectEqual(input.brightness(1.2), "augment/brightness_1.2")
  }

  @Test(arguments: [4, 6])
  func posterized(_ bits: Int) throws {
    try expectEqual(image("augment/input").posterized(bits: bits), "augment/posterize_\(bits)")
  }

  @Test(arguments: [64, 128, 200])
  func solarized(_ threshold: Int) throws {
    try expectEqual(
      image("augment/input").solarized(threshold: threshold), "augment/solarize_\(threshold)")
  }

  @Test(arguments: ["0.75", "1.2"])
  func sharpness(_ factor: String) throws {
    try expectEqual(
      image("augment/input").sharpness(try #require(Float(factor))), "augment/sharpness_\(factor)")
  }

  @Test(arguments: ["0.75", "1.0", "1.25"])
  func gaussianBlur(_ sigma: String) throws {
    try expectEqual(
      image("augment/input").gaussianBlur(sigma: try #require(Float(sigma))),
      "augment/gaussian_blur_\(sigma)")
  }
}
