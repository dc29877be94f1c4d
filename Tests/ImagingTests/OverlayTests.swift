import Imaging
import Testing

@Suite struct OverlayTests {
  static let red = RGBImage.Color(red: 255, green: 0, blue: 0)
  static let green = RGBImage.Color(red: 0, green: 255, blue: 0)
  static let yellow = RGBImage.Color(red: 255, green: 255, blue: 0)
  static let gray = RGBImage.Color(red: 100, green: 100, blue: 100)

  let image = GrayImage(width: 8, height: 8, repeating: 100)
  let truth = Self.square(1..<6)
  let prediction = Self.square(3..<8)

  static func square(_ range: Range<Int>) -> GrayImage {
    var mask = GrayImage(width: 8, height: 8)
    for y in range {
      for x in range {
        mask[x: x, y: y] = 1
      }
    }
    return mask
  }

  @Test func outlinesOnTheImage() {
    let drawing = Overlay().drawing(truth: truth, prediction: prediction, on: image)
    #expect(drawing[x: 1, y: 1] == Self.red)
    #expect(drawing[x: 7, y: 7] == Self.green)
    #expect(drawing[x: 3, y: 5] == Self.yellow)
    #expect(drawing[x: 2, y: 2] == Self.gray)
    #expect(drawing[x: 0, y: 0] == Self.gray)
  }

  @Test func areasShineThrough() {
    let drawing = Overlay(style: .area).drawing(truth: truth, prediction: nil, on: image)
    #expect(drawing[x: 2, y: 2] == RGBImage.Color(red: 177, green: 50, blue: 50))
    #expect(drawing[x: 7, y: 7] == Self.gray)
  }

  @Test func alone() {
    let drawing = Overlay(style: .area).drawing(truth: truth, prediction: prediction)
    #expect(drawing[x: 2, y: 2] == Self.red)
    #expect(drawing[x: 4, y: 4] == Self.yellow)
    #expect(drawing[x: 6, y: 6] == Self.green)
    #expect(drawing[x: 0, y: 7] == RGBImage.Color(red: 0, green: 0, blue: 0))
  }
}
