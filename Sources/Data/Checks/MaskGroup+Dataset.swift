import Datasets
import Files

extension MaskGroup {
  /// The masks at these positions of a data set, of images that have some.
  public init(of positions: some Sequence<Int>, in dataset: Dataset) throws(FileError) {
    var masks: [(name: String, share: Double)] = []
    for position in positions where dataset.hasLabel[position] {
      let pixels = try dataset.mask(position).pixels
      let share = Double(pixels.count { $0 != 0 }) / Double(pixels.count)
      masks.append((dataset.names[position], share))
    }
    self.init(masks)
  }
}
