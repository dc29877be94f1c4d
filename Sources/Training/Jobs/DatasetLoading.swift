import Datasets
import Files
import MPI
import Phantoms
import Runs
import Settings

/// Gives every rank its data set. From a file that says where its pixels are, and how to check them, each
/// reads what it needs when it needs it. Others are brought into the memory of every rank: of those that read
/// the same files each decodes a share, and all exchange.
package enum DatasetLoading {
  /// Images of the built-in synthetic set.
  static let phantomCount = 200

  /// Collective; a bad file is reported once.
  ///
  /// - Parameter split: the list to be scored, whose images must all have masks; nil to train, which
  ///   needs those of the labeled part and of validation and test.
  package static func load(
    world: Communicator, configuration: RunConfiguration, scoring split: TestSplit? = nil
  ) throws -> Dataset {
    let data = configuration.data
    let threads = try CoreCount.share(of: world)
    guard let name = data.dataset else {
      let phantom = try world.agree {
        try Phantom(count: phantomCount, size: data.imageSize, seed: configuration.seed)
      }
      var all = CaseTable(count: phantom.count, side: phantom.size)
      try world.agree {
        try all.fill(world.share(of: phantom.count)) { try phantom.cases($0, threads: threads) }
      }
      try exchange(&all, count: phantom.count, among: world)
      return phantom.assemble(all)
    }
    let source = try world.agree { try open(name, data, scoring: split) }
    try requireEqualLists(source, on: world)
    let readers = try readers(of: source, on: world)
    let onDemand = try world.agree {
      try source.onDemand(cacheBytes: configuration.execution.cacheMebibytes << 20)
    }
    if split == nil { onDemand?.pixels.startVerifying(readers.share(of: source.count)) }
    // Usual sets are read whole in this time. Of larger ones the rest is, beside training.
    try world.agree { try onDemand?.pixels.awaitVerification(atMost: .seconds(2)) }
    let pixels = source.count * source.imageSize * source.imageSize
    try requireMemory(onDemand == nil ? 2 * pixels : 0, on: world)
    // Ranks with copies of their own may have some of each kind, but all have to agree alike.
    var all = CaseTable(count: onDemand == nil ? source.count : 0, side: source.imageSize)
    try world.agree {
      guard onDemand == nil else { return }
      try all.fill(readers.share(of: source.count)) {
        try source.load(cases: $0, threads: threads)
      }
    }
    if onDemand == nil { try exchange(&all, count: source.count, among: readers) }
    return try world.agree { try onDemand ?? source.assemble(all) }
  }

  /// Ranks share out the images by these lists.
  private static func requireEqualLists(_ source: DatasetSource, on world: Communicator) throws {
    let lists = DatasetDigest.ofLists(
      names: source.names, hasLabel: source.hasLabel, splits: source.splits)
    try world.requireEqual(
      [
        SharedFact("the number of images of the data set", "\(source.count)"),
        SharedFact("the names and lists of the data set (digest)", "\(lists.prefix(16))…"),
      ], advice: advice)
  }

  /// Refuses ranks that read other pixels, be it a stale copy on one node or an edited file that keeps
  /// the digest it was made with. Collective.
  package static func requireEqualContent(_ contentDigest: String, on world: Communicator) throws {
    try world.requireEqual(
      [SharedFact("the pixels of the data set (digest)", "\(contentDigest.prefix(16))…")],
      advice: advice)
  }

  private static let advice = "give all ranks the same data, copied anew to each node"

  /// The ranks that read the very same file or folder and may read it for one another. Copies on other
  /// nodes, and other files, are read by their own ranks, so that their contents can be compared.
  private static func readers(
    of source: DatasetSource, on world: Communicator
  ) throws -> Communicator {
    let node = try world.splitByNode()
    let identities = try node.allGather(source.identity)
    let color = identities.firstIndex(of: source.identity) ?? node.rank
    return try node.split(color: Int32(color)) ?? world
  }

  private static func open(
    _ name: String, _ data: DataConfiguration, scoring split: TestSplit?
  ) throws(FileError) -> DatasetSource {
    var source = try DatasetSource.open(
      name, root: data.root, imageSize: data.imageSize, rules: data.pixels)
    if let path = data.folds, let fold = data.fold {
      source = try source.divided(by: try FoldTable(path), testing: fold, path: path)
    }
    if let split {
      try source.requireList(split.rawValue)
      try source.requireLabels(for: split.positions(in: source.splits))
      return source
    }
    try source.requireAllLists()
    try source.requireLabels(
      ofFirst: TwoStreamSampler.labeledCount(
        ratio: data.labeledRatio, of: source.splits.train.count))
    try source.requireLabels(for: source.splits.validation)
    try source.requireLabels(for: source.splits.test)
    return source
  }

  /// Refuses a data set that does not fit into the memory of every rank. Collective.
  private static func requireMemory(_ bytes: Int, on world: Communicator) throws {
    let limit = MemoryLimit.tightest(sharers: try world.splitByNode().size)
    try world.agree {
      guard let limit, bytes > limit.bytes else { return }
      throw ConfigurationError(
        "the images need \(bytes >> 20) MiB in each rank, but \(limit.name) leaves"
          + " \(limit.bytes >> 20) MiB; make one file of the folder with switch-dist convert, which is read"
          + " as it is needed")
    }
  }

  /// Gives every reader what each has filled in, in place.
  private static func exchange(
    _ all: inout CaseTable, count: Int, among readers: Communicator
  ) throws {
    guard readers.size > 1 else { return }
    for rank in 0..<readers.size {
      try all.withPixels(of: readers.share(of: count, rank: rank)) {
        try readers.broadcast($0, root: rank)
      }
    }
    let facts = try readers.allGatherVariable(Array(try JSON.text(of: all.facts).utf8))
    all.facts = try facts.flatMap {
      try JSON.value([CaseFacts].self, of: String(decoding: $0, as: UTF8.self))
    }
  }
}
