import Datasets

extension MaskGroup {
  /// The masks at these positions of a data set, of images that have some.
  public init(of positions: some Sequence<Int>, in dataset: Dataset) {
    self.init(
      positions.filter { dataset.hasLabel[$0] }.map { position in
        let pixels = dataset.mask(position).pixels
        let share = Double(pixels.count { $0 != 0 }) / Double(pixels.count)
        return (dataset.names[position], share)
      })
  }
}
