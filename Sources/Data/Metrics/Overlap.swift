/// Pixel counts of two masks.
struct Overlap {
  private(set) var both = 0
  private(set) var prediction = 0
  private(set) var label = 0
  private let all: Int

  init(prediction: [UInt8], label: [UInt8]) {
    precondition(prediction.count == label.count, "masks of different sizes")
    all = label.count
    for (p, l) in zip(prediction, label) {
      self.prediction += p == 0 ? 0 : 1
      self.label += l == 0 ? 0 : 1
      both += p == 0 || l == 0 ? 0 : 1
    }
  }

  var dice: Double {
    prediction + label == 0 ? 0 : 2 * Double(both) / Double(prediction + label)
  }

  var intersectionOverUnion: Double {
    prediction + label == 0 ? 0 : Double(both) / Double(prediction + label - both)
  }

  /// The share of the label that was predicted; nil where it is empty.
  var sensitivity: Double? { Self.share(both, of: label) }

  /// The share of the prediction that is right; nil where it is empty.
  var precision: Double? { Self.share(both, of: prediction) }

  /// The share of the label's background that was left alone; nil where there is none.
  var specificity: Double? { Self.share(all - label - prediction + both, of: all - label) }

  private static func share(_ part: Int, of whole: Int) -> Double? {
    whole == 0 ? nil : Double(part) / Double(whole)
  }
}
