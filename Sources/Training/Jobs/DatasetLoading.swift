import Datasets
import Files
import MPI
import Phantoms
import Runs
import Settings

/// Brings a data set into the memory of every rank: of those that read the same files each decodes a
/// share, and all exchange.
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
      let cases = try exchange(world, among: world, count: phantom.count) {
        try phantom.cases($0, threads: threads)
      }
      return phantom.assemble(cases)
    }
    let source = try world.agree { try open(name, data, scoring: split) }
    try requireEqualLists(source, on: world)
    let cases = try exchange(world, among: readers(of: source, on: world), count: source.count) {
      try source.load(cases: $0, threads: threads)
    }
    return try world.agree { try source.assemble(cases) }
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
    let source = try DatasetSource.open(name, root: data.root, imageSize: data.imageSize)
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

  /// All cases on every rank, each loaded by one of its readers.
  private static func exchange(
    _ world: Communicator, among readers: Communicator, count: Int,
    load: (Range<Int>) throws -> [LoadedCase]
  ) throws -> [LoadedCase] {
    let own = try world.agree { try load(readers.share(of: count)) }
    guard readers.size > 1 else { return own }
    return try readers.allGatherVariable(LoadedCase.packed(own)).flatMap {
      LoadedCase.unpacked($0) ?? []
    }
  }
}
