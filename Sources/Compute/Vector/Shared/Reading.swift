import VectorInterface

extension StoredMapKernels {
  public static func read(
    _ input: InputMap, block: Int, pixels: Int, range: Range<Int>, into target: MutableFloats
  ) {
    let source = input.map + block * pixels * blockBytes
    guard let activation = input.activation else {
      for (place, pixel) in range.enumerated() {
        storeBlock(loadMap(source, pixel), target, place)
      }
      return
    }
    let scale = loadBlock(activation.normalization.scale, block)
    let shift = loadBlock(activation.normalization.shift, block)
    let slopes = Block(repeating: activation.slope)
    @inline(__always)
    func activated(_ pixel: Int) -> Block {
      rectified(shift.addingProduct(loadMap(source, pixel), scale), slopes)
    }
    guard let dropout = activation.dropout else {
      for (place, pixel) in range.enumerated() { storeBlock(activated(pixel), target, place) }
      return
    }
    let groups = (pixels + 7) / 8
    var pixel = range.lowerBound
    while pixel < range.upperBound {
      let kept = KeptFactors(dropout, block: block, group: pixel / 8, groups: groups)
      let place = pixel - range.lowerBound
      if pixel % 8 == 0 && pixel + 8 <= range.upperBound {
        for k in 0..<8 { storeBlock(activated(pixel + k) * kept.of(k), target, place + k) }
        pixel += 8
      } else {
        storeBlock(activated(pixel) * kept.of(pixel % 8), target, place)
        pixel += 1
      }
    }
  }

  /// The same of a block of either part.
  static func read(
    _ input: ConvolutionInput, block: Int, pixels: Int, range: Range<Int>,
    into target: MutableFloats
  ) {
    if let second = input.second, block >= input.first.blocks {
      read(second, block: block - input.first.blocks, pixels: pixels, range: range, into: target)
    } else {
      read(input.first, block: block, pixels: pixels, range: range, into: target)
    }
  }
}

/// v where positive, slope · v elsewhere: LeakyReLU for slopes in [0, 1), ReLU at 0.
@inline(__always)
private func rectified(_ value: Block, _ slope: Block) -> Block {
  value.replacing(with: value * slope, where: value .<= 0)
}
