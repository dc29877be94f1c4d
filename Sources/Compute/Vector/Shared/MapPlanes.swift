import VectorInterface

extension StoredMapKernels {
  public static func extractPlanes(
    _ blocked: Map, channels: Int, pixels: Int, into planes: MutableFloats
  ) {
    for channel in 0..<channels {
      let source = blocked + (channel / lanes) * pixels * blockBytes
      let plane = planes + channel * pixels
      for pixel in 0..<pixels { plane[pixel] = loadMap(source, pixel)[channel % lanes] }
    }
  }

  public static func insertPlanes(
    _ planes: Floats, channels: Int, pixels: Int, into blocked: MutableMap
  ) {
    for block in 0..<((channels + lanes - 1) / lanes) {
      let target = blocked + block * pixels * blockBytes
      let first = planes + block * lanes * pixels
      let count = min(lanes, channels - block * lanes)
      for pixel in 0..<pixels {
        var value = Block.zero
        for lane in 0..<count { value[lane] = first[lane * pixels + pixel] }
        storeMap(value, target, pixel)
      }
    }
  }
}
