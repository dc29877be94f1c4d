import Files

extension RunConfiguration {
  /// The settings of a run that format version 1 knows, with the defaults that were in force: what a
  /// file leaves out had these values when it was written. It stays as it is when defaults change; a
  /// new setting, or another default, is a new version with a text of its own beside this one.
  static let versionOne = """
    {"augmentation":{"randomStrongCount":true,"randomWeakCount":true,"strong":true,"strongCount":9,\
    "weak":true,"weakCount":4},"data":{"classCount":2,"imageSize":256,"inputChannelCount":1,\
    "labeledRatio":0.05,"root":"data"},"method":"switch","mixing":{"coarsePatchCount":2,\
    "finePatchCount":2,"frequencySize":0.0175},"objective":{"consistencyWeight":0.1,\
    "contrastiveWeight":0.1},"optimizer":{"learningRate":0.05,"weightDecay":0.0001},\
    "precision":"fp32","schedule":{"batchSize":16,"evaluationInterval":200,"preIterations":10000,\
    "selfIterations":30000},"seed":1}
    """

  /// Settings that are there or not. Without those of `divergence` a run stops when it diverges.
  private static let optionalSettings: Set = [
    "data.dataset", "data.foreground", "data.invertsMasks", "data.window", "data.folds",
    "data.fold",
    "initialWeights",
    "divergence.response", "divergence.retries",
  ]

  /// The JSON of a file with what it leaves out filled in.
  ///
  /// - Throws: `ConfigurationError` for settings that this version does not know, and for text that is no
  ///   JSON.
  static func completed(json: String) throws(ConfigurationError) -> String {
    let written = try tree(json)
    let defaults = try tree(versionOne)
    let known = optionalSettings.union(defaults.leaves.map(\.name))
    let unknown = written.leaves.map(\.name).filter { !known.contains($0) }
    guard unknown.isEmpty else {
      throw ConfigurationError(
        "written by a newer version of switch-dist than \(toolVersion): it holds settings unknown to "
          + "this one (\(unknown.joined(separator: ", ")))")
    }
    do {
      return try JSON.text(of: defaults.overlaid(by: written))
    } catch {
      throw ConfigurationError("not the configuration of a run: it is not valid JSON")
    }
  }

  private static func tree(_ json: String) throws(ConfigurationError) -> JSONValue {
    if let value = try? JSON.value(JSONValue.self, of: json), value.object != nil { return value }
    throw ConfigurationError("not the configuration of a run: it is not valid JSON")
  }
}
