import Datasets
import MPI

/// Brings a data set into the memory of every rank: each decodes a share, all exchange.
enum DatasetLoading {
  /// Images of the built-in synthetic set.
  static let phantomCount = 200

  /// Collective; a bad file is reported once.
  static func load(world: Communicator, configuration: RunConfiguration) throws -> Dataset {
    let data = configuration.data
    guard let name = data.dataset else {
      return try world.agree {
        try Phantom.generate(
          count: phantomCount, size: data.imageSize, seed: configuration.seed, threads: 1)
      }
    }
    let source = try world.agree {
      let source = try DatasetSource.open(name, root: data.root, imageSize: data.imageSize)
      let train = source.splits.train
      let labeled = TwoStreamSampler.labeledCount(ratio: data.labeledRatio, of: train.count)
      try source.requireLabels(for: Array(train[..<labeled]))
      try source.requireLabels(for: source.splits.validation)
      try source.requireLabels(for: source.splits.test)
      return source
    }
    let start = world.rank * source.count / world.size
    let end = (world.rank + 1) * source.count / world.size
    let threads = try CoreCount.share(of: world)
    let own = try world.agree { try source.load(cases: start..<end, threads: threads) }
    guard world.size > 1 else { return try source.assemble(own) }
    let packed = try world.allGatherVariable(LoadedCase.packed(own))
    return try world.agree {
      try source.assemble(packed.flatMap { LoadedCase.unpacked($0) ?? [] })
    }
  }
}
