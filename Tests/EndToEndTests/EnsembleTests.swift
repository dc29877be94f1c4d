import HDF5
import Imaging
import TestSupport
import Testing

/// Several weights, mirror images and chosen thresholds, as `test` and `predict` use them.
@Suite(.serialized) struct EnsembleTests {
  private let workspace: Workspace
  private var folder: TemporaryFolder { workspace.folder }
  private static let names = EllipseFolder.train + EllipseFolder.validation + EllipseFolder.test

  init() throws {
    workspace = try Workspace()
    try TrainedRun.copy(into: workspace)
  }

  private func run(_ arguments: [String], ranks: Int? = nil) throws -> ChildProcess.Outcome {
    let outcome = try workspace.run(arguments, ranks: ranks)
    try #require(outcome.exitCode == 0, "\(outcome.output)")
    return outcome
  }

  private func predict(
    _ weights: [String], _ output: String, _ flags: [String] = [], ranks: Int? = nil,
    threads: Int = 1
  ) throws -> ChildProcess.Outcome {
    try run(
      ["predict", "--weights"] + weights
        + ["--input", "set/images", "--output", output, "--threads", "\(threads)"] + flags,
      ranks: ranks)
  }

  private func levels(_ file: String) throws -> [Int] {
    guard case .words(let samples) = try ImageFile.decode(path: folder.file(file)).samples else {
      throw UnexpectedOutput(text: "\(file) has no 16 bits")
    }
    return samples.map { Int($0) }
  }

  private static let both = ["run/self_best.h5", "run/pre_best.h5"]

  // MARK: Averages

  @Test func everyNumberOfRanksAndThreadsWritesTheSameFiles() throws {
    let flags = ["--flips", "--disagreement", "--probabilities"]
    _ = try predict(Self.both, "one", flags)
    for (ranks, threads) in [(1, 2), (3, 1)] {
      let output = "out\(ranks)"
      _ = try predict(
        Self.both, output, flags, ranks: ranks == 1 ? nil : ranks, threads: threads)
      for name in Self.names {
        for file in [name, "probabilities/\(name)", "disagreement/\(name)"] {
          #expect(try folder.read("one/\(file)") == folder.read("\(output)/\(file)"), "\(file)")
        }
      }
      #expect(
        try folder.read("one/prediction.json") == folder.read("\(output)/prediction.json"))
    }
  }

  @Test func anEnsembleOfTheSameWeightsIsTheSingleOne() throws {
    _ = try predict(["run/self_best.h5"], "single", ["--probabilities"])
    let flags = ["--probabilities", "--disagreement"]
    for count in [2, 3] {
      let weights = [String](repeating: "run/self_best.h5", count: count)
      _ = try predict(weights, "same\(count)", flags)
      for name in Self.names {
        for file in [name, "probabilities/\(name)"] {
          #expect(
            try folder.read("single/\(file)") == folder.read("same\(count)/\(file)"), "\(file)")
        }
        #expect(try levels("same\(count)/disagreement/\(name)").allSatisfy { $0 == 0 })
      }
    }
    #expect(!folder.exists("single/prediction.json"))
    let record = try workspace.text("same2/prediction.json")
    #expect(record.matches(of: /self_best.h5/).count == 2 && record.contains("\"threshold\" : 0.5"))
  }

  /// Of two the mean lies in the middle, and the standard deviation is half of what lies between them.
  @Test func probabilitiesAreAveragedAtTheImagesSize() throws {
    for (index, weights) in Self.both.enumerated() {
      _ = try predict([weights], "alone\(index)", ["--probabilities"])
    }
    _ = try predict(
      Self.both, "mean", ["--probabilities", "--disagreement", "--overlays"], threads: 2)
    var isContested = false
    for name in Self.names {
      let members = try (0..<2).map { try levels("alone\($0)/probabilities/\(name)") }
      let mean = try levels("mean/probabilities/\(name)")
      let deviation = try levels("mean/disagreement/\(name)")
      let mask = try PNG.decode(path: folder.file("mean/\(name)")).image.pixels
      #expect(folder.exists("mean/overlays/\(name)"))
      for pixel in mean.indices {
        let (one, other) = (members[0][pixel], members[1][pixel])
        guard abs(2 * mean[pixel] - one - other) <= 2,
          abs(2 * deviation[pixel] - abs(one - other)) <= 2,
          (mask[pixel] == 255) == (mean[pixel] >= 32_768)
        else {
          Issue.record("\(name), \(pixel): \(one), \(other), \(mean[pixel]), \(deviation[pixel])")
          return
        }
        isContested = isContested || (one >= 32_768) != (other >= 32_768)
      }
    }
    #expect(isContested, "the two agree everywhere, which shows nothing")
  }

  @Test func aTestOfSeveralWeights() throws {
    func test(_ output: String, _ weights: [String], _ flags: [String] = [], ranks: Int? = nil)
      throws
      -> String
    {
      try run(
        ["test", "--weights"] + weights + ["--no-overlays", "--output", output] + flags,
        ranks: ranks
      ).standardOutput
    }
    let single = try test("single", ["run/self_best.h5"])
    let twice = try test("twice", ["run/self_best.h5", "run/self_best.h5"])
    let table = "test_student_scores.csv"
    #expect(try folder.read("single/\(table)") == folder.read("twice/\(table)"))
    #expect(twice.contains("ensemble of 2 students on the test list of set, 5 images"))
    func numbers(_ text: String) -> [Substring] {
      text.split(separator: "\n").filter { $0.hasPrefix("  ") }
    }
    #expect(numbers(single) == numbers(twice) && numbers(single).count == 11)

    let printed = try test("one", Self.both, ["--flips"])
    #expect(printed.contains("ensemble of 2 students with mirror images"))
    let parallel = try test("three", Self.both, ["--flips"], ranks: 3)
    #expect(parallel == printed.replacing("in one\n", with: "in three\n"))
    for file in [table, "test_student_scores.json"] {
      #expect(try folder.read("one/\(file)") == folder.read("three/\(file)"))
    }
    #expect(try folder.read("one/\(table)") != folder.read("single/\(table)"))
    let json = try workspace.text("one/test_student_scores.json")
    #expect(json.contains("\"ensemble\"") && json.contains("\"flips\" : true"))
  }

  @Test func probabilitiesAsHDF5() throws {
    _ = try predict(["run/self_best.h5"], "png", ["--probabilities", "png"])
    _ = try predict(["run/self_best.h5"], "h5", ["--probabilities", "h5"], ranks: 2, threads: 2)
    for name in Self.names {
      let file = "h5/probabilities/\(name.dropLast(4)).h5"
      let (shape, values) = try HDF5File.open(folder.file(file)).read(
        "probability", as: Float.self)
      let size = try PNG.size(path: folder.file("set/images/\(name)"))
      #expect(shape == [size.height, size.width])
      let levels = try levels("png/probabilities/\(name)")
      #expect(
        zip(values, levels).allSatisfy { abs($0 * 65_535 - Float($1)) < 0.52 }, "\(name)")
    }
    let described = try run(["inspect", "h5/probabilities/test_0.h5"]).standardOutput
    #expect(described.contains("probability") && described.contains("SHA-256"), "\(described)")
  }

  // MARK: Thresholds

  @Test func theThresholdIsChosenOnTheValidationImages() throws {
    let flags = ["test", "--run", "run", "--no-overlays", "--threshold"]
    let printed = try run(flags + ["auto", "--output", "auto"]).standardOutput
    let match = try #require(
      printed.firstMatch(
        of:
          /threshold (0\.\d+): mean Dice ([\d.]+) % on the 7 validation images, at one half ([\d.]+) %/
      ), "\(printed)")
    let (threshold, best, half) = (String(match.1), Double(match.2), Double(match.3))
    #expect(try #require(best) >= (try #require(half)))
    for ranks in [2, 3] {
      let output = "auto\(ranks)"
      let parallel = try run(flags + ["auto", "--output", output], ranks: ranks).standardOutput
      #expect(parallel == printed.replacing("in auto\n", with: "in \(output)\n"))
    }
    // The number that was printed gives the same, and on the validation images what was said of them.
    _ = try run(flags + [threshold, "--output", "given"])
    let table = "test_student_scores.csv"
    #expect(try folder.read("auto/\(table)") == folder.read("given/\(table)"))
    func validationDice(_ threshold: String) throws -> String {
      let text = try run(flags + [threshold, "--split", "val", "--output", "val"]).standardOutput
      return try String(#require(text.firstMatch(of: /Dice % +([\d.]+)/)).1)
    }
    #expect(try validationDice(threshold) == match.2)
    #expect(try validationDice("0.5") == match.3)
    let onItself = try run(flags + ["auto", "--split", "val", "--output", "val"])
    #expect(onItself.standardError.contains("the scores are too good"))

    // Prediction chooses alike, and keeps what it chose.
    let predicted = try predict(["run/self_best.h5"], "masks", ["--threshold", "auto"], ranks: 2)
    #expect(predicted.standardError.contains("threshold \(threshold): mean Dice"))
    #expect(try workspace.text("masks/prediction.json").contains("\"images\" : 7"))
    _ = try predict(["run/self_best.h5"], "same", ["--threshold", threshold, "--probabilities"])
    for name in Self.names {
      let mask = try folder.read("masks/\(name)")
      #expect(try folder.read("same/\(name)") == mask)
    }
  }

  /// One half is what is done without asking.
  @Test func oneHalfChangesNothing() throws {
    _ = try predict(["run/self_best.h5"], "usual")
    _ = try predict(["run/self_best.h5"], "half", ["--threshold", "0.5"])
    _ = try predict(["run/self_best.h5"], "high", ["--threshold", "0.9"])
    var smaller = 0
    for name in Self.names {
      #expect(try folder.read("usual/\(name)") == folder.read("half/\(name)"))
      let masks = try ["usual", "high"].map {
        try PNG.decode(path: folder.file("\($0)/\(name)")).image.pixels
      }
      #expect(zip(masks[0], masks[1]).allSatisfy { $0 >= $1 })
      smaller += masks[0].count { $0 > 0 } - masks[1].count { $0 > 0 }
    }
    #expect(smaller > 0 && !folder.exists("half/prediction.json"))
  }

  // MARK: Wrong usage

  @Test func badInput() throws {
    let test = ["test", "--run", "run"]
    for value in ["0", "1", "half", "-0.1"] {
      try workspace.expectRefusal(
        test + ["--threshold=\(value)"], says: "'--threshold", "auto, or a number between 0 and 1")
    }
    try workspace.expectRefusal(
      test + ["--nsd-tolerance=-1"], says: "--nsd-tolerance must be 0 or more pixels")
    let predict = ["predict", "--input", "set/images", "--output", "out", "--weights"]
    try workspace.expectRefusal(
      predict + ["run/self_best.h5", "--disagreement"], ranks: [1, 2],
      says: "--disagreement needs several to disagree")
    try workspace.expectRefusal(
      predict + ["run/self_best.h5", "--dataset", "./set"],
      says: "--dataset and --data-root name the validation images of --threshold auto")
    try workspace.expectRefusal(
      predict + ["run/self_best.h5", "--probabilities", "tiff"], says: "tiff")
    try workspace.expectRefusal(
      predict + ["run/self_best.h5", "none.h5"], ranks: [1, 3], says: "none.h5: no such file")
    try folder.write(try folder.read("run/self_best.h5"), to: "elsewhere.h5")
    try workspace.expectRefusal(
      predict + ["elsewhere.h5", "--threshold", "auto"], ranks: [1, 2],
      says: "weights outside their run's folder", "--dataset")
    try workspace.expectRefusal(
      ["test", "--weights", "run/self_best.h5", "run/pre_best.h5", "--model", "teacher"],
      says: "run/pre_best.h5: holds no teacher")
    #expect(!folder.exists("out"))

    let other = try workspace.train(
      "other", ["--img-size", "32", "--pre-iters", "1", "--self-iters", "0"])
    try #require(other.exitCode == 0, "\(other.output)")
    try workspace.expectRefusal(
      predict + ["run/self_best.h5", "other/pre_best.h5"], ranks: [1, 2],
      says: "run/self_best.h5 and other/pre_best.h5 do not go together: image sizes 64 and 32",
      "--img-size")
  }

  /// One model's test images may be another's training images.
  @Test func modelsOfOtherImagesAreNotTestedTogether() throws {
    try workspace.data.writeCase("train_3.png", index: 8)
    let third = try workspace.train("third", ["--pre-iters", "1", "--self-iters", "0"])
    try #require(third.exitCode == 0, "\(third.output)")
    let command = ["test", "--weights", "third/pre_best.h5", "run/pre_best.h5"]
    try workspace.expectRefusal(
      command, ranks: [1, 2],
      says: "run/pre_best.h5: was trained on other data than third/pre_best.h5", "--dataset")
    let named = try run(command + ["--dataset", "./set"])
    #expect(named.standardError.contains("set is not the data the weights were trained on"))
  }

  /// A data set that was made for testing alone.
  @Test func withoutValidationImagesNoThresholdIsChosen() throws {
    try workspace.data.remove("val.txt")
    try workspace.data.remove("train.txt")
    try workspace.expectRefusal(
      ["test", "--weights", "run/self_best.h5", "--dataset", "./set", "--threshold", "auto"],
      ranks: [1, 2], says: "set has none; give a number")
  }
}
