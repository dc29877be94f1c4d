import HDF5
import Imaging
import Network
import TestSupport
import Testing
import Training

/// `switch-dist predict`: masks of new images.
@Suite(.serialized) struct PredictCommandTests {
  private let workspace: Workspace
  private var folder: TemporaryFolder { workspace.folder }

  init() throws {
    workspace = try Workspace()
    try TrainedRun.copy(into: workspace)
  }

  private func command(_ arguments: [String]) -> [String] {
    ["predict", "--weights", "run/self_best.h5", "--threads", "1"] + arguments
  }

  private func predict(_ arguments: [String], ranks: Int? = nil) throws {
    let outcome = try workspace.run(command(arguments), ranks: ranks)
    try #require(outcome.exitCode == 0, "\(outcome.output)")
  }

  /// What the network saw in the test, given as a file, gets the mask of the test.
  @Test func anImageOfTheNetworksSizeGetsTheMaskOfTheTest() throws {
    try folder.makeFolder("small")
    for name in EllipseFolder.test {
      let image = try PNG.decode(path: folder.file("set/images/\(name)")).image
      try PNG.encode(image.resized(width: 64, height: 64), to: folder.file("small/\(name)"))
    }
    try predict(["--input", "small", "--output", "masks"])
    var foreground = 0
    for name in EllipseFolder.test {
      let mask = try folder.read("masks/\(name)")
      #expect(try folder.read("run/overlays/\(name.dropLast(4))_prediction.png") == mask)
      foreground += try PNG.decode(path: folder.file("masks/\(name)")).image.pixels.count { $0 > 0 }
    }
    #expect(foreground > 0, "empty masks would be equal by chance")
  }

  @Test func masksAndMapsHaveTheImagesSizeAndAgree() throws {
    try predict(["--input", "set/images", "--output", "out/new", "--probabilities", "--overlays"])
    for name in EllipseFolder.test + EllipseFolder.train {
      let mask = try PNG.decode(path: folder.file("out/new/\(name)")).image
      #expect(try PNG.size(path: folder.file("set/images/\(name)")) == .init(mask))
      #expect(try PNG.size(path: folder.file("out/new/overlays/\(name)")) == .init(mask))
      #expect(mask.pixels.allSatisfy { $0 == 0 || $0 == 255 })
      let map = "out/new/probabilities/\(name)"
      #expect(try folder.read(map)[24] == 16, "bits a sample")
      // 16 bits scaled to 8: up to 127 is below one half, from 128 on above.
      let levels = try PNG.decode(path: folder.file(map)).image.pixels
      #expect(zip(levels, mask.pixels).allSatisfy { ($0 >= 128) == ($1 == 255) })
    }
    // The overlays in original size of a test show the same masks.
    let test = try workspace.run(
      ["test", "--run", "run", "--original-size", "--largest-component", "--output", "large"])
    try #require(test.exitCode == 0, "\(test.output)")
    try predict(["--input", "set/images/test_2.png", "--largest-component", "--output", "clean"])
    #expect(
      try folder.read("large/test_student_overlays/test_2_prediction.png")
        == folder.read("clean/test_2.png"))
  }

  @Test func everyNumberOfRanksWritesTheSameFiles() throws {
    let flags = ["--input", "set/images", "--probabilities", "--model", "teacher", "--output"]
    try predict(flags + ["one"])
    for ranks in [2, 3] {
      try predict(flags + ["ranks\(ranks)"], ranks: ranks)
      for name in EllipseFolder.train + EllipseFolder.validation + EllipseFolder.test {
        for file in [name, "probabilities/\(name)"] {
          #expect(try folder.read("one/\(file)") == folder.read("ranks\(ranks)/\(file)"), "\(file)")
        }
      }
    }
  }

  @Test(arguments: [1, 3]) func aBrokenImageIsReportedAndTheOthersAreDone(ranks: Int) throws {
    let bytes = try workspace.data.read("images/train_7.png")
    try workspace.data.write(Array(bytes[..<60]), to: "images/train_7.png")
    try workspace.data.write("no image", to: "images/test_3.png")
    let outcome = try workspace.run(
      command(["--input", "set/images", "--output", "out"]), ranks: ranks == 1 ? nil : ranks)
    #expect(outcome.exitCode == 1 && outcome.standardOutput == "", "\(outcome.output)")
    let lines = outcome.standardError.split(separator: "\n").filter { $0.contains("error") }
    try #require(lines.count == 3, "\(outcome.output)")
    #expect(lines[0].contains("set/images/test_3.png: neither a PNG nor a JPEG"))
    #expect(lines[1].contains("set/images/train_7.png: the PNG is truncated"))
    #expect(lines[2] == "error: 2 of 42 images could not be segmented; the others are in out")
    for name in EllipseFolder.train + EllipseFolder.validation + EllipseFolder.test {
      let isBroken = ["train_7.png", "test_3.png"].contains(name)
      #expect(folder.exists("out/\(name)") == !isBroken)
    }
  }

  @Test func badInput() throws {
    let image = "set/images/test_0.png"
    try workspace.expectRefusal(
      command(["--input", "none.png", "--output", "out"]), ranks: [1, 3],
      says: "none.png: no such file")
    try workspace.expectRefusal(
      command(["--input", "set", "--output", "out"]), says: "set: no PNG or JPEG files",
      "set/images?")
    try workspace.expectRefusal(
      command(["--input", image, "--output", "set/images"]), ranks: [1, 2],
      says: "set/images/test_0.png is an input and would be overwritten")
    try workspace.expectRefusal(
      command(["--input", "set/images", "set/labels", "--output", "out"]),
      says: "set/images/test_0.png and set/labels/test_0.png", "test_0.png")
    try workspace.expectRefusal(
      command(["--input", image, "--output", "set/train.txt/out"]), ranks: [1, 2],
      says: "set/train.txt/out", "Not a directory")
    #expect(!folder.exists("out"))
    try workspace.expectRefusal(
      ["predict", "--weights", "no.h5", "--input", image, "--output", "out"],
      says: "no.h5: no such file")
    try workspace.expectRefusal(
      ["predict", "--weights", image, "--input", image, "--output", "out"],
      says: "\(image): not an HDF5 file")
  }

  /// Names and shapes that do not fit are listed.
  @Test func weightsOfAnotherNetwork() throws {
    func write(_ name: String, _ network: UNet, without missing: String? = nil) throws {
      let file = try HDF5File.create(folder.file(name))
      let model = ModelState(layout: network.graph.layout, seed: 1)
      for slot in model.layout.parameters where slot.name != missing {
        try file.write(Array(model.values(of: slot)), shape: slot.shape, at: slot.name)
      }
      for slot in model.layout.buffers {
        let values = [Float](repeating: 1, count: slot.channels)
        try file.write(values, shape: [slot.channels], at: "\(slot.name).running_mean")
        try file.write(values, shape: [slot.channels], at: "\(slot.name).running_var")
        try file.write([Int64(0)], shape: [], at: "\(slot.name).num_batches_tracked")
      }
      try file.close()
    }
    let image = ["--input", "set/images/test_0.png", "--output", "out"]
    try write("narrow.h5", UNet(.init(imageSize: 64, initialChannels: 8)))
    try workspace.expectRefusal(
      ["predict", "--weights", "narrow.h5"] + image, ranks: [1, 2],
      says: "narrow.h5: the weights do not fit this network; other shapes: ",
      "encoder.in_conv.conv_conv.0.weight is [8, 1, 3, 3], not [16, 1, 3, 3]", " more")
    let lost = "decoder.out_conv.bias"
    try write("lost.h5", UNet(.init(imageSize: 64)), without: lost)
    try workspace.expectRefusal(
      ["predict", "--weights", "lost.h5"] + image,
      says: "lost.h5: the weights do not fit this network; missing: \(lost) [2]")
    try write("whole.h5", UNet(.init(imageSize: 64)))
    let outcome = try workspace.run(
      ["predict", "--weights", "whole.h5", "--img-size", "64"] + image)
    #expect(outcome.exitCode == 0, "\(outcome.output)")
  }
}

extension ImageSize {
  fileprivate init(_ image: GrayImage) { self.init(width: image.width, height: image.height) }
}
