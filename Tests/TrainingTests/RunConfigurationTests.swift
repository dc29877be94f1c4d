import Settings
import Testing
import Training

@Suite struct RunConfigurationTests {
  @Test func theDefaultsAreThoseOfThePublishedProgram() throws {
    try RunConfiguration().validate()
    #expect(
      try RunConfiguration().canonicalJSON() == """
        {"augmentation":{"randomStrongCount":true,"randomWeakCount":true,"strong":true,\
        "strongCount":9,"weak":true,"weakCount":4},\
        "data":{"classCount":2,"imageSize":256,"inputChannelCount":1,"labeledRatio":0.05},\
        "method":"switch",\
        "mixing":{"coarsePatchCount":2,"finePatchCount":2,"frequencySize":0.0175},\
        "objective":{"consistencyWeight":0.1,"contrastiveWeight":0.1},\
        "optimizer":{"learningRate":0.05,"weightDecay":0.0001},"precision":"fp32",\
        "schedule":{"batchSize":16,"evaluationInterval":200,"preIterations":10000,\
        "selfIterations":30000},"seed":1}
        """)
  }

  @Test func theJSONReadsBackAndHoldsNothingOfHowTheRunIsCarriedOut() throws {
    let varied = Self.varied()
    var carriedOutElsewhere = varied
    carriedOutElsewhere.execution.threadCount = 7
    carriedOutElsewhere.execution.runDirectory = "elsewhere"
    carriedOutElsewhere.execution.resumes = true
    let json = try varied.canonicalJSON()
    #expect(try carriedOutElsewhere.canonicalJSON() == json)

    let read = try RunConfiguration(json: json)
    #expect(read == varied)
    #expect(try read.canonicalJSON() == json)
  }

  /// What the values in files mean is part of a run, where it was said.
  @Test func rulesForPixelsAreKept() throws {
    #expect(try !RunConfiguration().canonicalJSON().contains("window"))
    let given = [
      "dataset": "set", "foreground": "#800000,3-5", "invert": "true", "window": "0:4095",
    ]
    let configuration = try RunConfiguration(options: given)
    #expect(configuration.data.pixels.options.count == 3)
    let json = try configuration.canonicalJSON()
    #expect(
      json.contains(##""foreground":"#800000,3-5""##) && json.contains(#""window":"0:4095""#),
      "\(json)")
    #expect(try RunConfiguration(json: json) == configuration)
    #expect(
      Self.message { _ = try RunConfiguration(options: ["window": "full"]) }
        .contains("--window full: the synthetic set has no files"))
  }

  /// Files of runs that stop when they diverge are those of before there was a choice.
  @Test func onlyRunsThatGoBackSaySo() throws {
    var configuration = RunConfiguration()
    #expect(configuration.divergence.allowedRollbacks == 0)
    #expect(try !configuration.canonicalJSON().contains("divergence"))
    configuration.divergence.response = .rollback
    configuration.divergence.retries = 5
    let json = try configuration.canonicalJSON()
    #expect(json.contains(#""divergence":{"response":"rollback","retries":5}"#))
    #expect(try RunConfiguration(json: json) == configuration)
    #expect(configuration.learningRate(rollbacks: 0) == 0.05)
    #expect(configuration.learningRate(rollbacks: 3) == 0.05 / 8)
  }

  /// The run folder keeps it; in a checkpoint it would make equal results differ.
  @Test func checkpointsDoNotSayWhereTheDataLies() throws {
    var here = Self.varied()
    here.data.root = "here"
    #expect(try here.canonicalJSON().contains("\"dataset\":\"BÜSI/\\\"x\\\"\""))
    #expect(try here.canonicalJSON().contains("\"root\":\"here\""))
    var elsewhere = Self.varied()
    elsewhere.data.dataset = nil
    let json = try elsewhere.checkpointJSON()
    #expect(try here.checkpointJSON() == json)
    #expect(try RunConfiguration(json: json) == elsewhere)
  }

  @Test func aConfigurationThatIsNoneSaysWhy() throws {
    #expect(Self.message { _ = try RunConfiguration(json: "{") }.contains("not valid JSON"))
    #expect(Self.message { _ = try RunConfiguration(json: "[1]") }.contains("not valid JSON"))
    let json = try RunConfiguration().canonicalJSON()
    let wrongType = json.replacing("\"imageSize\":256", with: "\"imageSize\":\"256\"")
    #expect(
      Self.message { _ = try RunConfiguration(json: wrongType) }.contains(
        "data.imageSize has the wrong type"))
    let unusable = json.replacing("\"imageSize\":256", with: "\"imageSize\":250")
    #expect(Self.message { _ = try RunConfiguration(json: unusable) }.contains("--img-size"))
  }

  /// What a file of format version 1 leaves out had these values when it was written; changing a
  /// default must not change what old files mean.
  @Test func absentSettingsHaveTheDefaultsOfTheirVersion() throws {
    let first = try RunConfiguration(json: "{}")
    #expect(first.method == .switch && first.seed == 1 && first.precision == .fp32)
    #expect(first.data.imageSize == 256 && first.data.labeledRatio == 0.05)
    #expect(first.data.dataset == nil && first.data.root == "data")
    #expect(first.augmentation.strong && first.augmentation.strongCount == 9)
    #expect(first.mixing.frequencySize == 0.0175 && first.mixing.coarsePatchCount == 2)
    #expect(first.objective.contrastiveWeight == 0.1 && first.optimizer.weightDecay == 1e-4)
    #expect(first.schedule.preIterations == 10_000 && first.schedule.selfIterations == 30_000)
    #expect(first.schedule.batchSize == 16 && first.schedule.evaluationInterval == 200)

    let partial = try RunConfiguration(json: #"{"schedule":{"batchSize":24},"seed":3}"#)
    #expect(partial.schedule.batchSize == 24 && partial.seed == 3)
    #expect(partial.schedule.preIterations == 10_000 && partial.method == .switch)
    let varied = Self.varied()
    let json = try varied.canonicalJSON().replacing(#""coarsePatchCount":2,"#, with: "")
    #expect(try RunConfiguration(json: json) == varied)
  }

  @Test func settingsOfANewerVersionAreNamed() throws {
    let json = try RunConfiguration().canonicalJSON()
      .replacing(#""batchSize":16"#, with: #""batchSize":16,"warmup":100"#)
      .replacing(#""seed":1"#, with: #""seed":1,"optics":{"lens":2}"#)
    let message = Self.message { _ = try RunConfiguration(json: json) }
    #expect(message.contains("written by a newer version of switch-dist"))
    #expect(message.contains("(optics.lens, schedule.warmup)"), "\(message)")
  }

  @Test func differencesNameTheOptionsButNotWhereTheDataLies() {
    var other = RunConfiguration()
    other.data.dataset = "elsewhere/BUSI.h5"
    other.data.root = "elsewhere"
    #expect(other.differences(from: RunConfiguration()) == [])
    other.seed = .max
    other.augmentation.weak = false
    other.schedule.batchSize = 24
    other.optimizer.learningRate = 0.1
    #expect(
      other.differences(from: RunConfiguration()) == [
        "--seed is 18446744073709551615, was 1", "--no-weak-augs, was --weak-augs",
        "--batch-size is 24, was 16", "--learning-rate is 0.1, was 0.05",
      ])
    other = RunConfiguration()
    other.initialWeights = String(repeating: "0123", count: 16)
    #expect(
      other.differences(from: RunConfiguration()) == [
        "--init is a file of digest 0123012301230123…, was not given"
      ])
  }

  /// What a run keeps in its files is told apart by its options: none is forgotten.
  @Test func everySettingIsThatOfAnOption() throws {
    let others = [
      "seed": "2", "method": "bcp", "precision": "bf16", "fs-size": "0.5",
      "num-coarse-patches": "3", "num-fine-patches": "3", "contrastive-weight": "0.5",
      "consistency-weight": "0.5", "img-size": "64", "labeled-ratio": "0.5", "strong-augs": "false",
      "weak-augs": "false", "num-strong-augs": "3", "num-weak-augs": "3",
      "randn-strong-augs": "false", "randn-weak-augs": "false", "pre-iters": "7",
      "self-iters": "7", "batch-size": "8", "learning-rate": "0.5", "weight-decay": "0.5",
      "eval-every": "7", "on-divergence": "rollback",
    ]
    let usual = try RunConfiguration(options: ["dataset": "x"])
    let settings = try usual.settings()
    var found: Set<String> = []
    for (name, text) in others {
      let other = try RunConfiguration(options: ["dataset": "x", name: text])
      let differences = other.differences(from: usual)
      #expect(
        differences.contains { $0.hasPrefix("--\(name) is ") || $0.hasPrefix("--no-\(name), ") },
        "\(differences)")
      found.formUnion(try other.settings().filter { settings[$0.key] != $0.value }.keys)
    }
    // Nothing else than the first two may be asked for; the others say where the data lies.
    let fixed: Set = [
      "data.inputChannelCount", "data.classCount", "data.dataset", "data.root",
    ]
    #expect(Set(settings.keys).subtracting(found) == fixed)
  }

  @Test(arguments: [
    Refusal("--img-size", "multiple of 16") { $0.data.imageSize = 100 },
    Refusal("--img-size", "multiple of 16") { $0.data.imageSize = 16 },
    Refusal("--divergence-retries", "1 …") { $0.divergence.retries = 0 },
    Refusal("--divergence-retries", "--on-divergence rollback") { $0.divergence.retries = 4 },
    Refusal("--labeled-ratio", "greater than 0") { $0.data.labeledRatio = 0 },
    Refusal("--labeled-ratio", "at most 1") { $0.data.labeledRatio = 1.01 },
    Refusal("--labeled-ratio", "at most 1") { $0.data.labeledRatio = .nan },
    Refusal("--in-channels", "1") { $0.data.inputChannelCount = 3 },
    Refusal("--num-classes", "2") { $0.data.classCount = 4 },
    Refusal("--dataset", "empty") { $0.data.dataset = "" },
    Refusal("--num-strong-augs", "1 …") { $0.augmentation.strongCount = 0 },
    Refusal("--num-weak-augs", "1 …") { $0.augmentation.weakCount = -1 },
    Refusal("--num-coarse-patches", "0 …") { $0.mixing.coarsePatchCount = -1 },
    Refusal("--num-fine-patches", "0 …") { $0.mixing.finePatchCount = -1 },
    Refusal("--fs-size", "0 … 1") { $0.mixing.frequencySize = 1.5 },
    Refusal("--contrastive-weight", "0 or more") { $0.objective.contrastiveWeight = -0.1 },
    Refusal("--consistency-weight", "0 or more") { $0.objective.consistencyWeight = .infinity },
    Refusal("--learning-rate", "greater than 0") { $0.optimizer.learningRate = 0 },
    Refusal("--weight-decay", "0 or more") { $0.optimizer.weightDecay = -1 },
    Refusal("--batch-size", "multiple of 4") { $0.schedule.batchSize = 18 },
    Refusal("--batch-size", "multiple of 4") { $0.schedule.batchSize = 0 },
    Refusal("--pre-iters", "0 …") { $0.schedule.preIterations = -1 },
    Refusal("--self-iters", "0 …") { $0.schedule.selfIterations = -5 },
    Refusal("--pre-iters 0 and --self-iters 0", "nothing to train") {
      $0.schedule.preIterations = 0
      $0.schedule.selfIterations = 0
    },
    Refusal("--eval-every", "1 or more") { $0.schedule.evaluationInterval = 0 },
    Refusal("--exp", "folder") { $0.execution.experiment = "../x" },
    Refusal("--threads", "1 …") { $0.execution.threadCount = 0 },
    Refusal("--num-workers", "0 …") { $0.execution.loaderThreadCount = -1 },
    Refusal("--resume", "--test") {
      $0.execution.resumes = true
      $0.execution.testsOnly = true
    },
  ])
  func anUnusableSettingIsRefusedByItsFlag(refusal: Refusal) {
    var configuration = RunConfiguration()
    refusal.change(&configuration)
    let message = Self.message { try configuration.validate() }
    #expect(message.contains(refusal.flag))
    #expect(message.contains(refusal.rule))
    #expect(!message.contains("\n"))
  }

  @Test func moreRanksThanPairsAreRefusedWithABatchSizeThatWouldDo() throws {
    var configuration = RunConfiguration()
    for ranks in 1...8 { try configuration.validate(rankCount: ranks) }
    let message = Self.message { try configuration.validate(rankCount: 9) }
    #expect(message.contains("9 ranks are more than the 8 pairs of --batch-size 16"))
    #expect(message.hasSuffix("--batch-size 20"))
    for ranks in 9...40 {
      let message = Self.message { try configuration.validate(rankCount: ranks) }
      var sufficient = configuration
      sufficient.schedule.batchSize = try #require(Int(message.split(separator: " ").last ?? ""))
      try sufficient.validate()
      try sufficient.validate(rankCount: ranks)
      var smaller = sufficient
      smaller.schedule.batchSize -= 4
      #expect(throws: ConfigurationError.self) { try smaller.validate(rankCount: ranks) }
    }
    configuration.schedule.batchSize = 4
    try configuration.validate(rankCount: 2)
    #expect(throws: ConfigurationError.self) { try configuration.validate(rankCount: 3) }
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let flag: String
    let rule: String
    let change: @Sendable (inout RunConfiguration) -> Void

    init(
      _ flag: String, _ rule: String, change: @escaping @Sendable (inout RunConfiguration) -> Void
    ) {
      self.flag = flag
      self.rule = rule
      self.change = change
    }

    var testDescription: String { "\(flag): \(rule)" }
  }

  /// A configuration that differs from the default in every component.
  static func varied() -> RunConfiguration {
    var configuration = RunConfiguration()
    configuration.seed = .max
    configuration.data.dataset = "BÜSI/\"x\""
    configuration.data.labeledRatio = 1.0 / 3
    configuration.augmentation.strong = false
    configuration.mixing.frequencySize = 0.07
    configuration.objective.contrastiveWeight = 0
    configuration.optimizer.weightDecay = 1e-7
    configuration.schedule.selfIterations = 6
    return configuration
  }

  private static func message(_ work: () throws -> Void) -> String {
    do {
      try work()
      return "accepted"
    } catch {
      return "\(error)"
    }
  }
}
