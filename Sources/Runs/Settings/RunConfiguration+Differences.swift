extension RunConfiguration {
  /// The options that decide the result and are others than those of `other`, such as
  /// `--batch-size is 24, was 16`; not where the data lies.
  ///
  /// A resumed run must find none: it would not give the result of the run it continues.
  ///
  /// - Parameter isRelevant: says whether an option counts.
  public func differences(
    from other: RunConfiguration, where isRelevant: (RunOption) -> Bool = { _ in true }
  ) -> [String] {
    RunOption.all.filter { $0.isCompared && isRelevant($0) }.compactMap { option in
      let (own, others) = (value(of: option), other.value(of: option))
      return own == others ? nil : option.difference(own, others)
    }
  }

  /// Whether an option decides what a test of finished weights gives: the images and how they are
  /// computed, not how the weights were trained.
  package static func decidesTest(_ option: RunOption) -> Bool {
    option.section == .data || ["method", "precision", "seed"].contains(option.name)
  }

  /// As text; of the weights to begin with their digest, wherever the file lies.
  private func value(of option: RunOption) -> String? {
    guard option.name == RunOption.initialWeights else { return option.text(self) }
    return initialWeights.map { "a file of digest \($0.prefix(16))…" }
  }
}

extension RunOption {
  package static let initialWeights = "init"

  /// All that decides the result, each once: `labeled-bs` follows from the batch size.
  fileprivate var isCompared: Bool {
    name == Self.initialWeights || role == .result && name != "labeled-bs"
  }

  fileprivate func difference(_ own: String?, _ other: String?) -> String {
    guard !isFlag else { return "\(written(asFlag: own)), was \(written(asFlag: other))" }
    return "--\(name) is \(own ?? "not given"), was \(other ?? "not given")"
  }

  private func written(asFlag text: String?) -> String {
    text == "true" ? "--\(name)" : "--no-\(name)"
  }
}
