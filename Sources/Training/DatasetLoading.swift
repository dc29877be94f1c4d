import Datasets
import MPI

/// Brings a data set into the memory of every rank: each decodes a share, all exchange.
enum DatasetLoading {
  /// Images of the built-in synthetic set.
  static let phantomCount = 200

  /// Collective; a bad file is reported once.
  ///
  /// - Parameter split: the list to be scored, whose images must all have masks; nil to train, which
  ///   needs those of the labeled part and of validation and test.
  static func load(
    world: Communicator, configuration: RunConfiguration, scoring split: TestSplit? = nil
  ) throws -> Dataset {
    let data = configuration.data
    let threads = try CoreCount.share(of: world)
    guard let name = data.dataset else {
      let phantom = try world.agree {
        try Phantom(count: phantomCount, size: data.imageSize, seed: configuration.seed)
      }
      let cases = try exchange(world, count: phantom.count) {
        try phantom.cases($0, threads: threads)
      }
      return phantom.assemble(cases)
    }
    let source = try world.agree { try open(name, data, scoring: split) }
    let cases = try exchange(world, count: source.count) {
      try source.load(cases: $0, threads: threads)
    }
    return try world.agree { try source.assemble(cases) }
  }

  private static func open(
    _ name: String, _ data: DataConfiguration, scoring split: TestSplit?
  ) throws(DatasetError) -> DatasetSource {
    let source = try DatasetSource.open(name, root: data.root, imageSize: data.imageSize)
    if let split {
      try source.requireLabels(for: split.positions(in: source.splits))
      return source
    }
    let train = source.splits.train
    let labeled = TwoStreamSampler.labeledCount(ratio: data.labeledRatio, of: train.count)
    try source.requireLabels(for: Array(train[..<labeled]))
    try source.requireLabels(for: source.splits.validation)
    try source.requireLabels(for: source.splits.test)
    return source
  }

  /// All cases on every rank, each loaded by one of them.
  private static func exchange(
    _ world: Communicator, count: Int, load: (Range<Int>) throws -> [LoadedCase]
  ) throws -> [LoadedCase] {
    let start = world.rank * count / world.size
    let end = (world.rank + 1) * count / world.size
    let own = try world.agree { try load(start..<end) }
    guard world.size > 1 else { return own }
    return try world.allGatherVariable(LoadedCase.packed(own)).flatMap {
      LoadedCase.unpacked($0) ?? []
    }
  }
}
