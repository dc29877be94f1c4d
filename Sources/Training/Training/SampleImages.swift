import Files
import Imaging

/// A few training images for the report, with their outlines where they are labeled.
package struct SampleImages {
  private static let labeled = 4
  private static let unlabeled = 2
  let context: RunContext

  func write() throws {
    try FileSystem.makeFolder(context.folder.samples)
    let train = context.dataset.splits.train
    let count = context.labeledCount
    for position in train[..<min(Self.labeled, count)] {
      try write(position, kind: "labeled", truth: try context.dataset.mask(position))
    }
    for position in train[count...].prefix(Self.unlabeled) {
      try write(position, kind: "unlabeled", truth: nil)
    }
  }

  private func write(_ position: Int, kind: String, truth: GrayImage?) throws {
    let image = try context.dataset.image(position)
    let drawing = Overlay().drawing(truth: truth, prediction: nil, on: image)
    let name = context.dataset.names[position]
    let stem = FileSystem.stem(name, without: ".png")
    try PNG.encode(drawing, to: "\(context.folder.samples)/\(kind) \(stem).png")
  }
}
