import Datasets
import Imaging
import TestSupport
import Testing

/// How masks are made, and what becomes of them: the table of kinds in `Files.md`.
@Suite struct MaskKindsTests {
  static let (width, height) = (20, 16)

  /// A mask file with a rectangle as its lesion.
  struct Kind: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var file: [UInt8]
    var foreground: String?
    var inverts = false
    var outcome: Outcome

    init(
      _ name: String, _ file: [UInt8], foreground: String? = nil, inverts: Bool = false,
      _ outcome: Outcome
    ) {
      testDescription = name
      self.file = file
      self.foreground = foreground
      self.inverts = inverts
      self.outcome = outcome
    }
  }

  enum Outcome: Sendable {
    /// The rectangle, and what is said.
    case lesion(String?)
    case empty(String?)
    case full(String?)
    case refused(String)
  }

  static func isLesion(_ index: Int) -> Bool {
    5..<13 ~= index % width && 4..<11 ~= index / width
  }

  /// Whether the pixel is on the inner edge of the lesion.
  static func isEdge(_ index: Int) -> Bool {
    let (x, y) = (index % width, index / width)
    return isLesion(index) && (x == 5 || x == 12 || y == 4 || y == 10)
  }

  /// Background and lesion as the samples of a pixel.
  static func mask(
    _ background: [Int], _ lesion: [Int], depth: Int = 8, color: UInt8 = 0,
    palette: [[UInt8]] = [], alphas: [UInt8] = []
  ) -> [UInt8] {
    image(depth: depth, color: color, palette: palette, alphas: alphas) {
      isLesion($0) ? lesion : background
    }
  }

  static func image(
    depth: Int = 8, color: UInt8 = 0, palette: [[UInt8]] = [], alphas: [UInt8] = [],
    _ sample: (Int) -> [Int]
  ) -> [UInt8] {
    PlainPNG.image(
      width: width, height: height, bitDepth: depth, colorType: color,
      samples: (0..<width * height).flatMap(sample), palette: palette, alphas: alphas)
  }

  static func only(_ a: String, _ b: String) -> Outcome {
    .lesion("the mask holds only \(a) and \(b); \(b) is taken as foreground")
  }

  static let opaque =
    "the mask's alpha says where the lesion is; what is opaque is taken as foreground"
  static let (black, red, green, white): ([UInt8], [UInt8], [UInt8], [UInt8]) = (
    [0, 0, 0], [128, 0, 0], [0, 128, 0], [255, 255, 255]
  )

  // MARK: Two values

  static let twoValues = [
    Kind("0/255", mask([0], [255]), .lesion(nil)),
    Kind("0/1 in 1 bit", mask([0], [1], depth: 1), .lesion(nil)),
    Kind("0/1 in 2 bits", mask([0], [1], depth: 2), only("0", "1")),
    Kind("0/3 in 2 bits", mask([0], [3], depth: 2), .lesion(nil)),
    Kind("0/1 in 4 bits", mask([0], [1], depth: 4), only("0", "1")),
    Kind("0/1 in 8 bits", mask([0], [1]), only("0", "1")),
    Kind("0/2", mask([0], [2]), only("0", "2")),
    Kind("0/38", mask([0], [38]), only("0", "38")),
    Kind("0/127", mask([0], [127]), only("0", "127")),
    Kind("100/200", mask([100], [200]), only("100", "200")),
    Kind("0/1 in 16 bits", mask([0], [1], depth: 16), only("0", "1")),
    Kind("0/255 in 16 bits", mask([0], [255], depth: 16), only("0", "255")),
    Kind("0/65535", mask([0], [65535], depth: 16), .lesion(nil)),
    Kind(
      "1/2", mask([1], [2]),
      .refused(
        "the mask holds 1 and 2, and which of them is lesion is not plain; say it with --foreground 1"
          + " or --foreground 2")),
    Kind("1/2, named", mask([1], [2]), foreground: "2", .lesion("--foreground 2 says")),
    Kind(
      "255/0, inverted", mask([255], [0]), inverts: true, .lesion("--invert turns the mask over")),
    Kind("all 0", mask([0], [0]), .empty(nil)),
    Kind("all 255", mask([255], [255]), .full(nil)),
    Kind("all 1", mask([1], [1]), .full("the mask holds only 0 and 1")),
    Kind("all 77", mask([77], [77]), .refused("every pixel of the mask is 77, which may be")),
  ]

  // MARK: Colours, palettes and alpha

  static let colors = [
    Kind("white on black in RGB", mask([0, 0, 0], [255, 255, 255], color: 2), .lesion(nil)),
    Kind("0/1 in RGB", mask([0, 0, 0], [1, 1, 1], color: 2), only("0", "1")),
    Kind("red on black", mask([0, 0, 0], [255, 0, 0], color: 2), only("#000000", "#FF0000")),
    Kind("blue on black", mask([0, 0, 0], [0, 0, 200], color: 2), only("#000000", "#0000C8")),
    Kind(
      "red on black in 16 bits", mask([0, 0, 0], [65535, 0, 0], depth: 16, color: 2),
      only("#000000", "#FF0000")),
    Kind(
      "yellow on violet", mask([68, 1, 84], [253, 231, 37], color: 2), only("#440154", "#FDE725")),
    Kind(
      "red on green", mask([0, 90, 0], [180, 0, 0], color: 2),
      .refused("say it with --foreground '#005A00' or --foreground '#B40000'")),
    Kind(
      "red on white", mask([255, 255, 255], [255, 0, 0], color: 2),
      .refused("the mask holds #FF0000 and #FFFFFF, and which of them is lesion is not plain")),
    Kind(
      "red on white, named", mask([255, 255, 255], [255, 0, 0], color: 2), foreground: "#FF0000",
      .lesion("--foreground #FF0000 says")),
    Kind(
      "palette of red on black", mask([0], [1], color: 3, palette: [black, red]),
      only("0 (#000000)", "1 (#800000)")),
    Kind(
      "palette of one bit", mask([0], [1], depth: 1, color: 3, palette: [black, white]),
      .lesion(nil)),
    Kind(
      "palette of white first", mask([1], [0], color: 3, palette: [white, black]), .lesion(nil)),
    Kind(
      "palette of blacks", mask([0], [1], color: 3, palette: [black, black]),
      only("0 (#000000)", "1 (#000000)")),
    Kind(
      "palette of red and green", mask([0], [1], color: 3, palette: [red, green]),
      only("0 (#800000)", "1 (#008000)")),
    Kind(
      "black with alpha", mask([0, 0, 0, 0], [0, 0, 0, 255], color: 6), .lesion(opaque)),
    Kind("white with alpha", mask([255, 0], [255, 255], color: 4), .lesion(opaque)),
    Kind("half opaque", mask([0, 0, 0, 0], [255, 0, 0, 100], color: 6), .lesion(opaque)),
    Kind("alpha in 16 bits", mask([0, 0], [0, 65535], depth: 16, color: 4), .lesion(opaque)),
    Kind(
      "alpha of a palette", mask([0], [1], color: 3, palette: [black, black], alphas: [0, 255]),
      .lesion(opaque)),
    Kind("alpha that says nothing", mask([0, 255], [255, 255], color: 4), .lesion(nil)),
    Kind(
      "transparent throughout", mask([255, 0], [255, 0], color: 4),
      .empty("the mask is transparent throughout; it is empty")),
    Kind(
      "black on clear white", mask([255, 255, 255, 0], [0, 0, 0, 255], color: 6),
      .refused("say which is lesion with --foreground alpha or --foreground '#FFFFFF'")),
    Kind(
      "black on clear white, named", mask([255, 255, 255, 0], [0, 0, 0, 255], color: 6),
      foreground: "alpha", .lesion(opaque)),
    Kind("no alpha", mask([0], [255]), foreground: "alpha", .refused("the mask has no alpha")),
  ]

  // MARK: More values

  static let more = [
    Kind(
      "three classes", image { isEdge($0) || isLesion($0) ? [1] : $0 < 80 ? [2] : [0] },
      .refused("say which are lesion with --foreground VALUE[,VALUE], such as --foreground 1,2")),
    Kind(
      "two of three classes", image { isLesion($0) ? [$0 % 2 + 1] : $0 < 60 ? [3] : [0] },
      foreground: "1,2", .lesion("--foreground 1,2 says")),
    Kind(
      "a class not in this file", mask([0], [1]), foreground: "2",
      .empty("the mask holds nothing of --foreground 2 and is empty")),
    Kind(
      "three colours",
      image(color: 2) { isLesion($0) ? [255, 0, 0] : $0 < 80 ? [0, 255, 0] : [0, 0, 0] },
      .refused("such as --foreground '#00FF00','#FF0000'")),
    Kind(
      "soft edges", image { isEdge($0) ? [130 + $0 % 9] : isLesion($0) ? [255] : [0] },
      .lesion("the mask has values between black and white")),
    Kind(
      "soft edges below white", image { isEdge($0) ? [105 + $0 % 9] : isLesion($0) ? [200] : [0] },
      .lesion("the mask has values between its darkest and its brightest")),
    Kind(
      "soft red edges",
      image(color: 2) {
        isEdge($0) ? [140 + $0 % 9, 0, 0] : isLesion($0) ? [255, 0, 0] : [0, 0, 0]
      },
      .lesion("the strongest of red, green and blue")),
    Kind(
      "an image", image { [$0 * 255 / (width * height - 1)] },
      .refused("% of the mask's pixels are neither dark nor bright: is it an image?")),
    Kind(
      "an image, named", image { [isLesion($0) ? 200 + $0 % 40 : $0 % 120] },
      foreground: "128-255", .lesion("--foreground 128-255 says")),
    Kind(
      "dark noise", image { [$0 % 7] },
      .refused("the mask holds many values, all in 0…6 of 255")),
  ]

  @Test(arguments: twoValues + colors + more) func kinds(_ kind: Kind) throws {
    let reader = MaskReader(
      foreground: try kind.foreground.map { try #require(MaskForeground($0)) },
      inverts: kind.inverts)
    let image = try ImageFile.decode(bytes: kind.file)
    if case .refused(let text) = kind.outcome {
      let error = #expect(throws: ImagingError.self) { try reader.read(image) }
      #expect(error?.reason.contains(text) == true, "\(error?.reason ?? "")")
      return
    }
    let reading = try reader.read(image)
    let (expected, note): (String, String?) =
      switch kind.outcome {
      case .lesion(let note): ("lesion", note)
      case .empty(let note): ("empty", note)
      case .full(let note), .refused(let note as String?): ("full", note)
      }
    #expect(Self.shape(reading.mask) == expected)
    #expect((note == nil) == (reading.note == nil), "\(reading.note ?? "nothing")")
    if let note { #expect(reading.note?.contains(note) == true, "\(reading.note ?? "")") }
  }

  private static func shape(_ mask: GrayImage) -> String {
    let lesion: [UInt8] = (0..<width * height).map { isLesion($0) ? 1 : 0 }
    if mask.pixels == lesion { return "lesion" }
    if mask.pixels.allSatisfy({ $0 == 0 }) { return "empty" }
    return mask.pixels.allSatisfy { $0 == 1 } ? "full" : "another"
  }

  // MARK: Options

  @Test(arguments: ["alpha", "1", "1,2", "0-3,7", "#FF0000", "#0000C8,5", "128-65535"])
  func foregroundsAreWrittenAsTheyAreRead(text: String) throws {
    #expect(try #require(MaskForeground(text)).description == text)
  }

  @Test func aColourNeedsNoHash() {
    #expect(MaskForeground("800000") == MaskForeground("#800000"))
  }

  @Test(arguments: ["", "red", "-1", "3-1", "1,", "65536", "#12", "#GGGGGG", "alpha,1", "0x10"])
  func otherForegroundsAreNone(text: String) { #expect(MaskForeground(text) == nil) }

  @Test func windowsAreWrittenAsTheyAreRead() throws {
    for text in ["auto", "full", "0:255", "100:4095"] {
      #expect(try #require(GrayWindow(text)).description == text)
    }
    for text in ["", "5", "5:5", "9:5", "-1:5", "0:65536", "0:5:9", "a:b"] {
      #expect(GrayWindow(text) == nil)
    }
  }
}
