import Foundation
import TestSupport
import Testing

/// One seed, one result: the same checkpoints, bit for bit, however the run is carried out
/// ("One seed, one result"). Dropout and augmentation are on, as by default.
@Suite(.serialized) struct RankInvarianceTests {
  struct Layout: Sendable, CustomTestStringConvertible {
    var ranks: Int
    var threads: Int
    var testDescription: String { "\(ranks) ranks × \(threads) threads" }

    init(_ ranks: Int, _ threads: Int) {
      self.ranks = ranks
      self.threads = threads
    }
  }

  static let layouts = [
    Layout(1, 2), Layout(2, 1), Layout(3, 1), Layout(4, 1), Layout(8, 1),
  ]
  /// Odd shares, threads in ranks, more threads than a rank has images.
  static let oddLayouts =
    [Layout(3, 2), Layout(1, 40)]
    + (isLong ? [Layout(5, 1), Layout(7, 1), Layout(2, 2), Layout(2, 11)] : [])
  /// For what is not Switch in fp32.
  private static let otherLayouts = [Layout(1, 2), Layout(3, 1), Layout(8, 1)]
  private static let isLong = ProcessInfo.processInfo.environment["SWITCH_LONG_TESTS"] != nil

  @Test(
    arguments: layouts.map { (16, $0) }
      + (isLong ? otherLayouts : [Layout(3, 1)]).map { (24, $0) })
  func ranksAndThreadsChangeNothing(batchSize: Int, layout: Layout) throws {
    let workspace = try Workspace()
    let outcome = try workspace.train(
      "run", ranks: layout.ranks, threads: layout.threads, ["--batch-size", "\(batchSize)"])
    try #require(outcome.exitCode == 0, "\(outcome.output)")
    #expect(try RunRecord(of: "run", in: workspace) == Reference.record(batchSize: batchSize))
    try expectShares(workspace, layout, batchSize: batchSize)
  }

  @Test(arguments: oddLayouts) func oddLayoutsChangeNothing(layout: Layout) throws {
    let record = try RunRecord.ofTraining(ranks: layout.ranks, threads: layout.threads)
    #expect(try record == Reference.record())
  }

  /// Open MPI adds in another order by each of its algorithms.
  @Test(arguments: isLong ? [1, 2, 3, 4, 5, 6] : [2, 5]) func algorithmsOfAllReduceChangeNothing(
    number: Int
  ) throws {
    let environment = [
      "OMPI_MCA_coll_tuned_use_dynamic_rules": "1",
      "OMPI_MCA_coll_tuned_allreduce_algorithm": "\(number)",
    ]
    let record = try RunRecord.ofTraining(ranks: 3, environment: environment)
    #expect(try record == Reference.record())
  }

  /// Nor does it matter how sums are made while ranks compute: by a tree, by halving, by doubling.
  @Test(arguments: [2, 3, 4]) func algorithmsOfSumsUnderWayChangeNothing(number: Int) throws {
    let environment = ["OMPI_MCA_coll_libnbc_iallreduce_algorithm": "\(number)"]
    let record = try RunRecord.ofTraining(ranks: 4, environment: environment)
    #expect(try record == Reference.record())
  }

  /// Every image is forwarded on one rank only, and no rank has more than its share: replicated
  /// work would give the same result.
  private func expectShares(_ workspace: Workspace, _ layout: Layout, batchSize: Int) throws {
    let start = try #require(try workspace.events("run", "start").first)
    #expect(start["ranks"] as? Int == layout.ranks)
    #expect(start["threads"] as? Int == layout.threads)
    let events = try workspace.events("run", "forwarded")
    try #require(events.count == layout.ranks)
    for (rank, event) in events.enumerated() {
      func share(_ count: Int) -> Int {
        (rank + 1) * count / layout.ranks - rank * count / layout.ranks
      }
      // Pre-training sees each mixture of two labeled images once; self-training sees a mixture for
      // each pair in two views, and the teacher one image of the pair. Each had 6 iterations.
      let training = 6 * share(batchSize / 4) + 6 * (2 + 1) * share(batchSize / 2)
      #expect(event["rank"] as? Int == rank)
      #expect(event["training"] as? Int == training)
      #expect(event["evaluation"] as? Int == 4 * share(EllipseFolder.validation.count))
    }
  }

  @Test(arguments: isLong ? [2, 7] : [7]) func openMPVariablesChangeNothing(threads: Int) throws {
    let record = try RunRecord.ofTraining(
      ranks: 2, threads: 2,
      environment: ["OMP_NUM_THREADS": "\(threads)", "OPENBLAS_NUM_THREADS": "\(threads)"])
    #expect(try record == Reference.record())
  }

  /// Both families make all sums in one order.
  @Test(arguments: Processor.families, [Layout(1, 2), Layout(3, 1)])
  func processorFamiliesChangeNothing(environment: [String: String], layout: Layout) throws {
    let workspace = try Workspace()
    let outcome = try workspace.train(
      "run", ranks: layout.ranks, threads: layout.threads,
      environment: environment.mapValues { $0 })
    try #require(outcome.exitCode == 0, "\(outcome.output)")
    let family = environment == Processor.families[0] ? "AVX2" : "AVX-512"
    #expect(try workspace.events("run", "start").first?["vector_unit"] as? String == family)
    #expect(try RunRecord(of: "run", in: workspace) == Reference.record())
  }

  /// bfloat16 changes the numbers, not the promise.
  @Test func ranksAndThreadsChangeNothingInBrainFloat() throws {
    let precision = ["--precision", "bf16"]
    let record = try RunRecord.ofTraining(precision)
    let reference = try Reference.record()
    for (name, digest) in record.digests { #expect(digest != reference.digests[name]) }
    for layout in Self.otherLayouts {
      let other = try RunRecord.ofTraining(
        ranks: layout.ranks, threads: layout.threads, precision)
      #expect(other == record, "\(layout)")
    }
    for environment in Processor.families {
      let other = try RunRecord.ofTraining(precision, environment: environment.mapValues { $0 })
      #expect(other == record, "\(environment)")
    }
  }

  /// The baselines: two phases without second views, and one phase without a teacher, on half a
  /// batch of labeled images or a whole one.
  @Test(arguments: [
    (["--method", "bcp"], 4), (["--method", "supervised"], 2),
    (["--method", "supervised", "--labeled-ratio", "1", "--strong-augs"], 2),
  ])
  func ranksAndThreadsChangeNothingForTheBaselines(method: [String], checkpoints: Int) throws {
    let record = try RunRecord.ofTraining(method)
    #expect(record.digests.count == checkpoints && record.files.count == checkpoints)
    #expect(record.history.count == (checkpoints == 4 ? 6 : 3))
    for layout in Self.isLong ? Self.otherLayouts : [Layout(3, 1)] {
      let other = try RunRecord.ofTraining(
        ranks: layout.ranks, threads: layout.threads, method)
      #expect(other == record, "\(layout)")
    }
  }

  @Test func theConvertedFileGivesTheResultOfTheFolder() throws {
    let workspace = try Workspace()
    let conversion = try workspace.run(
      ["convert", "--input", "./set", "--output", "set.h5", "--image-size", "64"])
    try #require(conversion.exitCode == 0, "\(conversion.output)")
    let outcome = try workspace.train("run", ranks: 2, ["--dataset", "./set.h5"])
    try #require(outcome.exitCode == 0, "\(outcome.output)")
    #expect(try RunRecord(of: "run", in: workspace) == Reference.record())
  }

  /// A record that could not differ would prove nothing.
  @Test func anotherSeedGivesAnotherResult() throws {
    let record = try RunRecord.ofTraining(["--seed", "6"])
    let reference = try Reference.record()
    for (name, digest) in record.digests { #expect(digest != reference.digests[name]) }
    #expect(record.digests.count == 4 && record.history.count == 6)
    #expect(record.history != reference.history)
  }

  /// The size of real runs; on all ranks it takes minutes.
  @Test(.enabled(if: isLong)) func ranksAndThreadsChangeNothingAtFullSize() throws {
    let size = ["--img-size", "256"]
    let record = try RunRecord.ofTraining(size)
    for layout in Self.layouts {
      let other = try RunRecord.ofTraining(ranks: layout.ranks, threads: layout.threads, size)
      #expect(other == record, "\(layout)")
    }
  }
}
