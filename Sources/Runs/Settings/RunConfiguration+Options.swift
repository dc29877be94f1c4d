extension RunConfiguration {
  /// What options ask for, checked: defaults are those of the data set and of the method.
  ///
  /// - Parameter given: text by the option's name; `true` and `false` for flags.
  public init(options given: [String: String]) throws(ConfigurationError) {
    self = given["dataset"] == nil ? .syntheticSet : RunConfiguration()
    let (first, others) = (RunOption.all.filter { $0.name == "method" }, RunOption.all)
    try take(first, from: given)
    augmentation.strong = method.augmentsByDefault
    augmentation.weak = method.augmentsByDefault
    try take(others, from: given)
    try requireFiles()
    try validate()
  }

  /// What the values in files mean is no question where there are none.
  private func requireFiles() throws(ConfigurationError) {
    guard (data.folds == nil) == (data.fold == nil) else {
      throw ConfigurationError(
        data.fold == nil
          ? "--folds needs --fold, the one to be tested"
          : "--fold needs --folds, the table of folds")
    }
    guard data.folds == nil || data.dataset != nil else {
      throw ConfigurationError("--folds needs --dataset, whose images it divides")
    }
    let options = data.pixels.options
    guard data.dataset == nil, !options.isEmpty else { return }
    throw ConfigurationError(
      "\(options.joined(separator: " ")): the synthetic set has no files; name a folder with --dataset"
    )
  }

  private mutating func take(
    _ options: [RunOption], from given: [String: String]
  ) throws(ConfigurationError) {
    for option in options {
      if let text = given[option.name] { try option.set(text, &self) }
    }
  }

  /// Options and their values as text, those that decide the result or say where it begins; what is
  /// not set is left out.
  public var options: [(option: RunOption, text: String)] {
    RunOption.all.compactMap { option in
      switch option.role {
      case .result, .place: option.text(self).map { (option, $0) }
      case .course, .own: nil
      }
    }
  }

  /// The configuration as options of `train`, one a line: what `OptionFile` reads back to the same
  /// run.
  public func yaml() throws(ConfigurationError) -> String {
    try OptionFile.text(
      of: Dictionary(uniqueKeysWithValues: options.map { ($0.option.name, $0.text) }))
  }
}
