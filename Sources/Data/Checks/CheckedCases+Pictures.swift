import Datasets

/// What masks and images hold.
extension CheckedCases {
  var maskFindings: [Finding] {
    let all = masks(of: Array(0..<source.count))
    if let lack = all.lackOfLesions(.masksWithoutLesions, of: "the data set") { return [lack] }
    return labeledFindings + odd(all) + [all.invertedLook(of: "the data set")].compactMap { $0 }
  }

  private func odd(_ all: MaskGroup) -> [Finding] {
    let (empty, full) = (all.empty, all.full)
    var findings: [Finding] = []
    if !full.isEmpty {
      findings.append(
        Finding(
          .warning, .fullMasks,
          "\(full.count) of \(all.shares.count) masks say lesion everywhere"
            + " (first: \(full[0]))",
          remedy: MaskGroup.invertedRemedy, names: full))
    }
    if !empty.isEmpty {
      findings.append(
        Finding(
          2 * empty.count > all.shares.count ? .warning : .note, .emptyMasks,
          "\(empty.count) of \(all.shares.count) masks are empty (first: \(empty[0]))",
          remedy: "right for images without a lesion; their Dice is 0 by definition", names: empty))
    }
    return findings
  }

  private var labeledFindings: [Finding] {
    guard let positions = labeledPart, let ratio = options.labeledRatio else { return [] }
    guard !positions.isEmpty else {
      return [
        Finding(
          .note, .noLabeledPart,
          "--labeled-ratio \(ratio) of the \(source.splits.train.count) images of the train list"
            + " leaves no labeled one", remedy: "use a larger one in training")
      ]
    }
    let part = masks(of: positions)
    let train = masks(of: source.splits.train)
    if let lack = part.labeledLack { return [lack] }
    return [part.unlikeness(to: train)].compactMap { $0 }
  }

  var imageFindings: [Finding] {
    func finding(
      _ kind: Finding.Kind, _ text: String, _ remedy: String, _ isMeant: (CheckedCase) -> Bool
    ) -> Finding? {
      let meant = facts.indices.filter { facts[$0].map(isMeant) ?? false }
      guard let first = meant.first, let fact = facts[first] else { return nil }
      let count = meant.count == 1 ? "one image is" : "\(meant.count) images are"
      let (low, high) = (fact.grays.lowerBound, fact.grays.upperBound)
      return Finding(
        .warning, kind,
        "\(count) \(text) (first: \(source.names[first]), gray values \(low) to \(high))",
        remedy: remedy, names: names(meant))
    }
    let window = "if the files hold more than they show, say what is black and white with --window"
    return [
      finding(.constantImages, "of one gray", "take them out, or export them again") {
        $0.appearance == nil
      },
      finding(.darkImages, "nearly black", window) {
        $0.appearance != nil && $0.grays.upperBound < Self.darkest
      },
      finding(.saturatedImages, "white in a fifth of the pixels or more", window) {
        $0.appearance != nil && $0.saturatedShare >= Self.mostSaturated
      },
    ].compactMap { $0 }
  }

  /// Of 256; 12-bit values read as 16-bit ones reach 15.
  private static let darkest: UInt8 = 32
  private static let mostSaturated = 0.2
}

extension MaskGroup {
  /// Why nothing can be learned from these masks of the labeled part.
  public var labeledLack: Finding? {
    lackOfLesions(
      .labeledPartWithoutLesions, of: "the labeled part",
      advice: "put images with lesions first in train.txt, raise --labeled-ratio, or ")
  }

  /// A labeled part whose lesions are of another size than those of all training images.
  func unlikeness(to train: MaskGroup) -> Finding? {
    guard let own = quartiles?[2], let all = train.quartiles?[2], own > 0, all > 0,
      own > 2 * all || all > 2 * own
    else { return nil }
    return Finding(
      .note, .labeledPartIsUnlike,
      "lesions of the labeled part cover \(percent(own)) of an image in the median, those of the whole"
        + " train list \(percent(all))",
      remedy: "let the first images of train.txt be like the others")
  }
}
