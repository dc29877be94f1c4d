import Foundation
import HDF5
import Kernels
import Network
import RandomNumbers
import Runs
import TestSupport
import Testing

/// `switch-dist export`: weights for other programs.
@Suite(.serialized) struct WeightsExportTests {
  private let workspace: Workspace
  private var folder: TemporaryFolder { workspace.folder }

  init() throws {
    workspace = try Workspace()
    try TrainedRun.copy(into: workspace)
  }

  private func export(_ arguments: [String]) throws -> String {
    let outcome = try workspace.run(["export"] + arguments)
    try #require(outcome.exitCode == 0, "\(outcome.output)")
    #expect(outcome.standardError == "")
    return outcome.standardOutput
  }

  // MARK: ONNX

  /// Images and what this program's own network makes of them: the arrays `images` and `logits`.
  private func writeOwnLogits(_ role: ModelRole, size: Int, count: Int, to file: String) throws {
    let network = UNet(.init(imageSize: size))
    let model = ModelState(layout: network.graph.layout)
    try WeightsFile(folder.file("run/self_best.h5")).read(role, into: model)
    let compute = try Compute(threads: 1)
    let runner = try NetworkRunner(
      compute: compute, network: network, mode: .evaluation, capacity: 1)
    runner.load(model)
    var random = RandomStream(seed: 7, purpose: .kernelProbe)
    // Noise, smooth shades, black and white.
    let images = (0..<count).map { image in
      (0..<size * size).map { pixel -> Float in
        switch image {
        case 0: 0
        case 1: 1
        case 2: Float(pixel % size + pixel / size) / Float(2 * size)
        default: Float(random.uniform(in: 0..<1))
        }
      }
    }
    var logits = [[Float]](repeating: [], count: count)
    runner.evaluate(count, model: model) { item, plane in
      for (k, value) in images[item].enumerated() { plane[k] = value }
    } use: { _, item, values in
      logits[item] = (0..<2 * size * size).map { values[$0] }
    }
    let target = try HDF5File.create(folder.file(file))
    try target.write(images.flatMap(\.self), shape: [count, 1, size, size], at: "images")
    try target.write(logits.flatMap(\.self), shape: [count, 2, size, size], at: "logits")
    try target.close()
  }

  /// Both models, the size of training and the smallest one.
  @Test(
    .enabled(if: TestPython.isProvided, "SWITCH_TEST_PYTHON is not set, as launch/test does"),
    arguments: [(ModelRole.student, 64), (.teacher, 64), (.student, 32)])
  func anotherRuntimeComputesTheSameLogits(role: ModelRole, size: Int) throws {
    _ = try export([
      "run/self_best.h5", "--model", role.rawValue, "--img-size", "\(size)", "--onnx", "a.onnx",
    ])
    try writeOwnLogits(role, size: size, count: 6, to: "own.h5")
    let text = try TestPython.run(
      """
      import sys, h5py, numpy, onnx, onnxruntime
      onnx.checker.check_model(onnx.load(sys.argv[1]), full_check=True)
      session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
      with h5py.File(sys.argv[2]) as own:
          images, expected = own["images"][()], own["logits"][()]
      assert [i.name for i in session.get_inputs()] == ["image"]
      assert session.get_inputs()[0].shape == ["N", *images.shape[1:]]
      assert [o.name for o in session.get_outputs()] == ["logits"]
      assert session.get_outputs()[0].shape == ["N", *expected.shape[1:]]
      found = session.run(None, {"image": images})[0]
      single = session.run(None, {"image": images[3:4]})[0]
      margin = numpy.abs(expected[:, 1] - expected[:, 0])
      wrong = (found[:, 1] > found[:, 0]) != (expected[:, 1] > expected[:, 0])
      largest = numpy.abs(expected).max()
      decided = margin > 2e-5 * max(1, largest)
      print(numpy.abs(found - expected).max(), largest, (wrong & decided).sum(),
            (expected[:, 1] > expected[:, 0]).sum(), numpy.abs(single - found[3:4]).max())
      """, folder.file("a.onnx"), folder.file("own.h5"))
    let numbers = text.split(separator: " ").compactMap { Double($0.trimmed) }
    try #require(numbers.count == 5, "\(text)")
    // 23 layers of float32, each summed in another order.
    let tolerance = 1e-5 * max(1, numbers[1])
    #expect(numbers[0] <= tolerance, "logits up to \(numbers[1]) differ by \(numbers[0])")
    #expect(numbers[1] > 0.1, "logits that say something")
    #expect(numbers[2] == 0, "pixels on the other side")
    #expect(numbers[4] <= tolerance, "what an image gives depends on its neighbours: \(numbers[4])")
    if size == 64 && role == .student { #expect(numbers[3] > 0, "no lesion anywhere") }
  }

  /// The second output against the layers written down in numpy.
  @Test(.enabled(if: TestPython.isProvided, "SWITCH_TEST_PYTHON is not set, as launch/test does"))
  func theProjectorIsASecondOutput() throws {
    let said = try export(["run", "--projector", "--onnx", "p.onnx"])
    #expect(said.contains("features [N, 16, 16, 16]"), "\(said)")
    let text = try TestPython.run(
      """
      import sys, numpy, onnx, onnxruntime
      from onnx.numpy_helper import to_array
      model = onnx.load(sys.argv[1])
      onnx.checker.check_model(model, full_check=True)
      w = {t.name: to_array(t).astype(numpy.float64) for t in model.graph.initializer}
      image = numpy.random.default_rng(1).random((2, 1, 64, 64), dtype=numpy.float32)
      session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
      logits, features = session.run(["logits", "features"], {"image": image})

      def convolve(x, name):
          k = w[name + ".weight"]
          p = k.shape[2] // 2
          x = numpy.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
          windows = numpy.lib.stride_tricks.sliding_window_view(x, k.shape[2:], (2, 3))
          return numpy.einsum("nchwij,ocij->nohw", windows, k) + w[name + ".bias"][:, None, None]

      x = logits.astype(numpy.float64)
      for layer in ["decoder.proj.conv_1", "decoder.proj.conv_2"]:
          x = convolve(x, layer + ".conv")
          b = {k: w[f"{layer}.bn.{k}"][:, None, None]
               for k in ["weight", "bias", "running_mean", "running_var"]}
          x = (x - b["running_mean"]) / numpy.sqrt(b["running_var"] + 1e-5) * b["weight"] + b["bias"]
          x = numpy.maximum(x, 0)
          n, c, h, v = x.shape
          x = x.reshape(n, c, h // 2, 2, v // 2, 2).max((3, 5))
      x = convolve(x, "decoder.proj.final")
      print(numpy.abs(x - features).max(), numpy.abs(x).max())
      """, folder.file("p.onnx"))
    let numbers = text.split(separator: " ").compactMap { Double($0.trimmed) }
    try #require(numbers.count == 2, "\(text)")
    #expect(numbers[0] <= 1e-4 * max(1, numbers[1]) && numbers[1] > 0, "\(text)")
  }

  // MARK: safetensors

  @Test(.enabled(if: TestPython.isProvided, "SWITCH_TEST_PYTHON is not set, as launch/test does"))
  func thePackageReadsWhatWasWrittenAndBack() throws {
    _ = try export(["run", "--model", "teacher", "--safetensors", "t.safetensors"])
    let text = try TestPython.run(
      """
      import sys, h5py, numpy
      from safetensors.numpy import load_file, save_file
      tensors = load_file(sys.argv[1])
      with h5py.File(sys.argv[2]) as file:
          names = []
          file["teacher"].visititems(
              lambda name, item: names.append(name) if isinstance(item, h5py.Dataset) else None)
          assert sorted(names) == sorted(tensors)
          for name in names:
              array = file["teacher"][name][()]
              assert array.dtype == tensors[name].dtype and array.shape == tensors[name].shape, name
              assert array.tobytes() == tensors[name].tobytes(), name
      save_file({"module." + name: tensor for name, tensor in tensors.items()}, sys.argv[3])
      save_file({name: tensor.astype("float16") for name, tensor in tensors.items()}, sys.argv[4])
      print(len(names))
      """, folder.file("t.safetensors"), folder.file("run/self_best.h5"),
      folder.file("package.safetensors"), folder.file("half.safetensors"))
    #expect(text == "152\n")
    // What the package wrote, with a prefix, is the teacher to every reader.
    let found = try ["run/self_best.h5", "package.safetensors"].map { file in
      let role = file.hasSuffix(".h5") ? "teacher" : "student"
      return try masks(file, ["--model", role, "--img-size", "64"])
    }
    #expect(found[0] == found[1] && found[0].count > 4)
    let half = try workspace.run(
      ["predict", "--weights", "half.safetensors", "--input", "set/images", "--output", "no"])
    #expect(half.exitCode == 1)
    #expect(
      half.standardError.contains("is not float32; convert the weights before saving them"),
      "\(half.output)")
  }

  private func masks(_ weights: String, _ arguments: [String] = []) throws -> [[UInt8]] {
    let output = "masks-\(weights.replacing("/", with: "-"))"
    let outcome = try workspace.run(
      [
        "predict", "--weights", weights, "--input", "set/images", "--output", output, "--threads",
        "1",
      ]
        + arguments)
    try #require(outcome.exitCode == 0, "\(outcome.output)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.file(output)).sorted()
    return try names.map { try folder.read("\(output)/\($0)") }
  }

  /// Weights that went out and came back are the same weights, and know the size they were trained with.
  @Test func whatWasExportedIsReadLikeTheCheckpoint() throws {
    _ = try export(["run/self_best.h5", "--safetensors", "w.safetensors"])
    let found = try masks("w.safetensors")
    #expect(try found == masks("run/self_best.h5") && found.count > 4)
    let test = try workspace.run(
      ["test", "--weights", "w.safetensors", "--dataset", "./set", "--output", "scores"])
    #expect(test.exitCode == 0, "\(test.output)")
    #expect(
      try workspace.text("scores/test_student_scores.csv") == workspace.text("run/test_scores.csv"))
    for (weights, run, ranks) in [("run/self_best.h5", "a", 1), ("w.safetensors", "b", 2)] {
      let start = try workspace.train(run, ranks: ranks, ["--init", weights, "--stop-after", "2"])
      #expect(start.exitCode == 3, "\(start.output)")
    }
    let digests = try ["a", "b"].map {
      try workspace.inspect("\($0)/pre_last.h5")["digest"] as? String
    }
    #expect(digests[0] != nil && digests[0] == digests[1])
    // The digest that the run keeps is the one that is shown.
    let shown = try workspace.inspect("w.safetensors")
    let settings = try workspace.inspect("b/pre_last.h5")["configuration"] as? [String: Any]
    #expect(shown["digest"] as? String == settings?["initialWeights"] as? String)
    #expect((shown["arrays"] as? [Any])?.count == 152)
    #expect(
      try workspace.run(["inspect", "w.safetensors"]).standardOutput.contains("licence: none"))
    let resumed = try workspace.train("b", ["--init", "w.safetensors", "--resume"])
    #expect(resumed.exitCode == 0, "\(resumed.output)")
  }

  @Test func theSameWeightsGiveTheSameBytes() throws {
    for name in ["one", "two"] {
      _ = try export(["run", "--onnx", "\(name).onnx", "--safetensors", "\(name).safetensors"])
    }
    // What was exported may be exported again.
    _ = try export(["one.safetensors", "--onnx", "3.onnx", "--safetensors", "3.safetensors"])
    for kind in ["onnx", "safetensors"] {
      let files = try ["one", "two", "3"].map { try folder.read("\($0).\(kind)") }
      #expect(files[0] == files[1] && files[0] == files[2], "\(kind)")
    }
    #expect(try folder.partialFiles().isEmpty)
  }

  // MARK: The card

  private func card(_ file: String) throws -> [String: String] {
    let bytes = try folder.read(file)
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try #require(
      try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length])) as? [String: Any])
    return try #require(header["__metadata__"] as? [String: String])
  }

  private func json(_ text: String?) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(try #require(text).utf8))
  }

  @Test func theCardSaysWhereTheWeightsComeFrom() throws {
    let said = try export(["run", "--safetensors", "plain.safetensors"])
    #expect(said.contains("note: no licence was given"))
    #expect(try card("plain.safetensors")["licence"]?.hasPrefix("none given") == true)
    let test = try workspace.run(["test", "--run", "run", "--no-overlays", "--largest-component"])
    try #require(test.exitCode == 0, "\(test.output)")
    let quiet = try export(["run", "--safetensors", "a.safetensors", "--licence", "CC-BY-4.0 “x”"])
    #expect(!quiet.contains("note:"))
    let card = try card("a.safetensors")
    let checkpoint = try workspace.inspect("run/self_best.h5")
    #expect(card["licence"] == "CC-BY-4.0 “x”" && card["model"] == "student")
    #expect(card["weights_digest"] == checkpoint["digest"] as? String)
    #expect(card["source_digest"] == checkpoint["sourceDigest"] as? String)
    #expect(card["content_digest"] == checkpoint["contentDigest"] as? String)
    #expect(card["tool_version"] == checkpoint["toolVersion"] as? String)
    #expect(card["image_size"] == "64" && card["precision"] == "fp32")
    let settings = try json(card["configuration"]) as? [String: Any]
    #expect(settings?["seed"] as? Int == 5)
    // The run's own test and the one with other masks.
    let scores = try #require(try json(card["scores"]) as? [[String: Any]])
    #expect(scores.map { $0["largest_component"] as? Bool } == [false, true])
    let own = try #require(try workspace.events("run", "test").last?["dice"] as? Double)
    let summary = scores[0]["summary"] as? [String: Any]
    let dice = try #require((summary?["dice"] as? [String: Any])?["mean"] as? Double)
    #expect(abs(dice - own) < 1e-6)
    // Other weights of the same run were not tested.
    _ = try export(["run/self_last.h5", "--model", "teacher", "--safetensors", "t.safetensors"])
    #expect(try self.card("t.safetensors")["scores"] == nil)
    #expect(!(try workspace.text("a.safetensors").contains(folder.path)))
  }

  // MARK: Bad input

  @Test func badInputIsOneLine() throws {
    let weights = "run/self_best.h5"
    let before = try folder.read(weights)
    for (arguments, message) in [
      ([weights], "name what to write"),
      ([weights, "--onnx", weights], "is the file of the weights themselves"),
      ([weights, "--onnx", "a", "--safetensors", "a"], "name two files"),
      ([weights, "--onnx", ""], "an empty name is no file"),
      ([weights, "--safetensors", "a", "--projector"], "--projector is about the ONNX model"),
      ([weights, "--onnx", "none/a.onnx"], "none/a.onnx: cannot be written"),
      ([weights, "--onnx", "a.onnx", "--img-size", "100"], "--img-size must be a multiple of 16"),
      (["none.h5", "--onnx", "a.onnx"], "none.h5: no such file"),
      (["run/pre_best.h5", "--model", "teacher", "--onnx", "a.onnx"], "holds no teacher"),
      (["set", "--onnx", "a.onnx"], "set: the run has no weights to test yet"),
    ] {
      try workspace.expectRefusal(["export"] + arguments, says: message)
    }
    try workspace.expectRefusal(
      ["export", weights, "--onnx", "a.onnx"], ranks: [2], says: "runs as one process")
    #expect(try folder.read(weights) == before && !folder.exists("a") && !folder.exists("a.onnx"))
  }

  /// Of damage to a file's header and shape every reader says one line.
  @Test func damagedFilesAreOneLine() throws {
    _ = try export(["run", "--safetensors", "w.safetensors"])
    let file = try folder.read("w.safetensors")
    let longer: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 1] + file.dropFirst(8)
    let renamed =
      file.replacing(Array("F32".utf8), with: Array("I32".utf8), maxReplacements: 1)
    for (name, bytes, message) in [
      ("short", Array(file.dropLast()), "its tensors take"),
      ("longer", longer, "its header is said to have 72057594037927936 bytes"),
      ("type", renamed, "is not float32; convert the weights before saving them"),
      ("empty", [], "0 bytes are too few"),
    ] {
      try folder.write(bytes, to: "\(name).safetensors")
      for command in [
        ["predict", "--input", "set/images", "--output", "masks", "--weights"],
        ["train", "--dataset", "./set", "--run-dir", "new", "--img-size", "64", "--init"],
      ] {
        try workspace.expectRefusal(
          command + ["\(name).safetensors"], says: "\(name).safetensors: ", message)
      }
    }
    #expect(!folder.exists("new") && !folder.exists("masks"))
  }
}

extension Substring {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
