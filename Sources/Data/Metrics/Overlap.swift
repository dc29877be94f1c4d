/// Pixel counts of two masks.
struct Overlap {
  private(set) var both = 0
  private(set) var prediction = 0
  private(set) var label = 0

  init(prediction: [UInt8], label: [UInt8]) {
    precondition(prediction.count == label.count, "masks of different sizes")
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
}
