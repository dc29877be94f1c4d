/// The pixels of a mask that an erosion by the 4-neighbourhood removes: those beside the
/// background or the image's border (MONAI's `get_mask_edges`).
///
/// - Parameter mask: [height, width], not zero in the foreground
/// - Returns: [height, width] of 0 and 1
public func edges(of mask: [UInt8], width: Int, height: Int) -> [UInt8] {
  precondition(mask.count == width * height, "the mask does not fit its size")
  var result = [UInt8](repeating: 0, count: mask.count)
  for y in 0..<height {
    for x in 0..<width {
      let index = y * width + x
      guard mask[index] != 0 else { continue }
      let isInner =
        x > 0 && x < width - 1 && y > 0 && y < height - 1
        && mask[index - 1] != 0 && mask[index + 1] != 0
        && mask[index - width] != 0 && mask[index + width] != 0
      result[index] = isInner ? 0 : 1
    }
  }
  return result
}
