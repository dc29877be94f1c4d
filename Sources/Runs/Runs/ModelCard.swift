import Files
import Settings

/// What a file that `export` writes says of its weights: where they come from, how good they are, what may
/// be done with them. Nothing in it depends on when, where or by whom it was written.
package struct ModelCard: Equatable, Sendable {
  package static let producer = "switch-dist"
  /// What stands where nobody has said it.
  package static let noLicence = "none given: ask whoever made these weights"

  /// An entry's name.
  private enum Key: String {
    case producer, licence, model, phase, iteration, precision, configuration, scores, input, output
    case exporterVersion = "exporter_version"
    case toolVersion = "tool_version"
    case arithmeticVersion = "arithmetic_version"
    case weightsDigest = "weights_digest"
    case bestScore = "best_score"
    case bestIteration = "best_iteration"
    case sourceDigest = "source_digest"
    case contentDigest = "content_digest"
    case imageSize = "image_size"
  }

  private var texts: [String: String]

  /// By name, sorted.
  package var entries: [(key: String, value: String)] {
    texts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// What a file says; nil for one of another program.
  init?(_ metadata: [String: String]) {
    guard metadata[Key.producer.rawValue] == Self.producer else { return nil }
    texts = metadata.filter { Key(rawValue: $0.key) != nil }
  }

  /// - Parameters:
  ///   - file: the weights. What an exported one says of itself is kept.
  ///   - configuration: what they are used with.
  ///   - licence: nil where none was given.
  /// - Throws: `FileError` for weights that cannot be read.
  package init(
    of file: WeightsFile, _ role: ModelRole, configuration: RunConfiguration, licence: String?
  ) throws(FileError) {
    texts = file.card?.texts ?? [:]
    self[.producer] = Self.producer
    self[.exporterVersion] = toolVersion
    self[.licence] = licence ?? self[.licence] ?? Self.noLicence
    self[.imageSize] = "\(configuration.data.imageSize)"
    self[.precision] = configuration.precision.rawValue
    self[.input] =
      "gray images of image_size × image_size pixels, values of 8 bits / 255, resized bilinear with antialias"
    self[.output] =
      "logits of background and lesion; lesion is where the second is larger than the first"
    guard file.card == nil else { return }
    let digest = try file.digest()
    self[.model] = role.rawValue
    self[.weightsDigest] = digest
    if let header = file.header { describe(header) }
    if let folder = RunFolder.holding(file.path) {
      let scores = KnownScores.of(file, digest: digest, role, in: folder)
      self[.scores] = scores.isEmpty ? nil : try? JSON.text(of: scores)
    }
  }

  private subscript(_ key: Key) -> String? {
    get { texts[key.rawValue] }
    set { texts[key.rawValue] = newValue }
  }

  private mutating func describe(_ header: CheckpointHeader) {
    self[.configuration] = header.configuration
    self[.phase] = header.phase
    self[.iteration] = "\(header.iteration)"
    self[.bestScore] = header.bestScore.map { "\($0)" }
    self[.bestIteration] = header.bestIteration.map { "\($0)" }
    self[.arithmeticVersion] = "\(header.arithmeticVersion)"
    self[.sourceDigest] = header.sourceDigest
    self[.contentDigest] = header.contentDigest
    self[.toolVersion] = header.toolVersion
  }

  package var licence: String? { self[.licence] }

  /// See `WeightsFile.sourceDigest`.
  var sourceDigest: String? { self[.sourceDigest] }

  /// Settings of the run that the weights come from; nil where they are plain ones.
  ///
  /// - Parameter path: of the file, for the message.
  func settings(of path: String) throws(FileError) -> RunConfiguration? {
    guard let text = self[.configuration] else { return nil }
    do {
      return try RunConfiguration(json: text)
    } catch {
      throw FileError(path, "the configuration it keeps cannot be read: \(error)")
    }
  }

  /// One sentence.
  package var title: String {
    "Switch, segmentation of lesions in ultrasound images: \(self[.model] ?? "student"), weights "
      + "\(self[.weightsDigest]?.prefix(16) ?? "of unknown digest")"
  }
}
