import ElementaryFunctions
import Imaging
import Methods

/// The pictures of an iteration on one sheet: a row for each mixture, a column for each thing that a
/// step makes of it.
package struct ContactSheet {
  private static let gap = 8
  private static let scale = 2
  /// Larger images are shown smaller.
  private static let largestCell = 256

  let dump: IterationDump
  let size: Int

  private struct Column {
    var title: String
    /// [mixtures][size][size], 0 … 1, or [size][size] for all mixtures.
    var values: [Float]
    /// Below each picture, where there is something to say.
    var captions: [String] = []
  }

  func drawing() -> RGBImage {
    let columns = makeColumns()
    let rows = dump.plan.mixtures.count
    let cell = min(size, Self.largestCell)
    let line = (TinyText.height + 3) * Self.scale
    let width = columns.count * (cell + Self.gap) + Self.gap
    let height = line + rows * (cell + line + Self.gap) + Self.gap
    let background = [UInt8](repeating: 32, count: 3 * width * height)
    var sheet = RGBImage(width: width, height: height, samples: background)
    for (column, content) in columns.enumerated() {
      let x = Self.gap + column * (cell + Self.gap)
      write(content.title, on: &sheet, x: x, y: Self.gap, cell: cell)
      for row in 0..<rows {
        let y = Self.gap + line + row * (cell + line + Self.gap)
        paste(picture(content, row, cell: cell), on: &sheet, x: x, y: y)
        guard row < content.captions.count else { continue }
        write(content.captions[row], on: &sheet, x: x, y: y + cell + 4, cell: cell)
      }
    }
    return sheet
  }

  private func makeColumns() -> [Column] {
    let mixtures = dump.plan.mixtures
    func title(_ slot: (Mixture) -> BatchSlot, _ name: String) -> [String] {
      zip(mixtures, strings("00_names/\(name)")).map { mixture, image in
        slot(mixture).stream == .labeled ? "\(image) labeled" : image
      }
    }
    let losses = mixtures.map { dump.plan.groups[$0.group].name }
    var columns = [
      Column(
        title: "base", values: floats("01_images/base"), captions: title(\.base, "base")),
      Column(
        title: "patch", values: floats("01_images/patch"),
        captions: title(\.patch, "patch")),
      Column(title: "mask", values: floats("01_images/mask")),
      Column(
        title: "mixed", values: floats("03_mixed/images"), captions: losses.map { "group \($0)" }),
    ]
    if dump.plan.hasRestoredViews {
      columns.append(Column(title: "mixed, restored", values: floats("03_mixed/restored_images")))
    }
    if dump.plan.usesTeacher {
      columns.append(
        Column(
          title: "pseudo-label, raw", values: floats("04_teacher/pseudo_labels_before_clean_up")))
    }
    columns.append(Column(title: "target of base", values: floats("05_targets/base")))
    columns.append(Column(title: "target of patch", values: floats("05_targets/patch")))
    columns.append(Column(title: "student's probability", values: foreground("06_logits/mixed")))
    if dump.plan.hasRestoredViews {
      columns.append(Column(title: "student, restored", values: foreground("06_logits/restored")))
    }
    return columns
  }

  private func floats(_ path: String) -> [Float] {
    if case .floats(let values) = dump[path] { values } else { [] }
  }

  private func strings(_ path: String) -> [String] {
    if case .strings(let values) = dump[path] { values } else { [] }
  }

  /// The probability of the foreground, from logits [mixtures][2][size][size].
  private func foreground(_ path: String) -> [Float] {
    let logits = floats(path)
    let pixels = size * size
    return (0..<logits.count / 2).map { index in
      let first = index / pixels * 2 * pixels + index % pixels
      let margin = Double(logits[first + pixels]) - Double(logits[first])
      return Float(1 / (1 + ElementaryFunctions.exp(-margin)))
    }
  }

  private func picture(_ column: Column, _ row: Int, cell: Int) -> GrayImage {
    let pixels = size * size
    let first = column.values.count > pixels ? row * pixels : 0
    guard column.values.count >= first + pixels else { return GrayImage(width: cell, height: cell) }
    // A run that diverged has values that are no numbers: black.
    let gray = column.values[first..<(first + pixels)].map {
      $0.isNaN ? 0 : UInt8((min(max($0, 0), 1) * 255).rounded())
    }
    let image = GrayImage(width: size, height: size, pixels: gray)
    return cell == size ? image : image.resized(width: cell, height: cell)
  }

  private func paste(_ image: GrayImage, on sheet: inout RGBImage, x: Int, y: Int) {
    for row in 0..<image.height {
      for column in 0..<image.width {
        let gray = image[x: column, y: row]
        sheet[x: x + column, y: y + row] = .init(red: gray, green: gray, blue: gray)
      }
    }
  }

  private func write(_ text: String, on sheet: inout RGBImage, x: Int, y: Int, cell: Int) {
    TinyText(text).draw(on: &sheet, x: x, y: y, width: cell, scale: Self.scale)
  }
}
