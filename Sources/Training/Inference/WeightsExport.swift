import Files
import Network
import ONNX
import Runs
import Safetensors
import Settings

/// Weights for other programs: the network as an ONNX model, the parameters as a safetensors file. The same
/// weights give the same bytes.
public struct WeightsExport {
  /// What `switch-dist export` is asked for.
  public struct Request {
    public var weights: InferenceOptions.Weights
    public var role = ModelRole.student
    /// Side of the images the model takes, in pixels; nil as trained.
    public var imageSize: Int?
    /// Whether the model has the projector's features as a second output.
    public var hasProjector = false
    /// What may be done with the weights, in words; nil where nobody says.
    public var licence: String?

    public init(weights: InferenceOptions.Weights) { self.weights = weights }
  }

  /// What a user should know of the weights, a sentence each.
  public let notes: [String]
  private let request: Request
  private let file: WeightsFile
  private let network: UNet
  private let model: ModelState
  private let card: ModelCard

  /// Reads the weights.
  ///
  /// - Throws: `FileError`, `ConfigurationError`.
  public init(_ request: Request) throws {
    self.request = request
    var options = InferenceOptions(weights: request.weights)
    options.imageSize = request.imageSize
    let (files, configuration) = try options.resolve()
    guard files.count == 1, let file = files.first else {
      throw ConfigurationError("one file of weights is exported at a time")
    }
    self.file = file
    network = UNet(.init(imageSize: configuration.data.imageSize))
    model = ModelState(layout: network.graph.layout)
    let note = try file.read(request.role, into: model)
    card = try ModelCard(
      of: file, request.role, configuration: configuration, licence: request.licence)
    var notes = [note].compactMap { $0 }
    if configuration.precision != .fp32 {
      notes.append(
        "trained in \(configuration.precision.rawValue), exported for fp32: other programs may find "
          + "other masks, by a few pixels")
    }
    if request.licence == nil, card.licence == ModelCard.noLicence {
      notes.append("no licence was given, which the files say; --licence names one")
    }
    self.notes = notes
  }

  /// Refuses to write over the weights themselves.
  ///
  /// - Throws: `ConfigurationError`
  public func check(outputs: [String]) throws(ConfigurationError) {
    for path in outputs
    where FileSystem.exists(path) && FileSystem.identity(path) == FileSystem.identity(file.path) {
      throw ConfigurationError("\(path) is the file of the weights themselves: name another")
    }
  }

  /// Writes the network as an ONNX model.
  ///
  /// - Returns: what it is, as a line.
  public func writeONNX(_ path: String) throws -> String {
    let onnx = try ONNXModel(
      network, model, hasProjector: request.hasProjector, producer: ModelCard.producer,
      version: toolVersion, description: card.title, metadata: card.entries)
    try FileSystem.replaceDurably(path, with: onnx.bytes)
    let (size, features) = (network.graph.imageSize, network.featureSize)
    let second =
      request.hasProjector
      ? ", features [N, \(UNet.featureChannels), \(features), \(features)]" : ""
    return "\(path): ONNX, operators \(ONNXModel.operatorSet), image [N, 1, \(size), \(size)] to "
      + "logits [N, 2, \(size), \(size)]\(second)"
  }

  /// Writes parameters and buffers under their published names.
  ///
  /// - Returns: what it is, as a line.
  public func writeSafetensors(_ path: String) throws(FileError) -> String {
    var content = SafetensorsContent()
    // What readers of PyTorch's names and shapes ask for.
    content.metadata = [("format", "pt")] + card.entries
    for slot in model.layout.parameters {
      content.add(slot.name, slot.shape, .float32(Array(model.values(of: slot))))
    }
    for (index, slot) in model.layout.buffers.enumerated() {
      for (name, range) in [("running_mean", slot.means), ("running_var", slot.variances)] {
        content.add(
          "\(slot.name).\(name)", [slot.channels], .float32(Array(model.running.values[range])))
      }
      content.add("\(slot.name).num_batches_tracked", [], .int64([model.batchesTracked[index]]))
    }
    try FileSystem.replaceDurably(path, with: content.bytes())
    return "\(path): safetensors, \(content.count) tensors"
  }
}
