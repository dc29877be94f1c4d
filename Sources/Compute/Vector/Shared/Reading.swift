import VectorInterface

extension StoredMapKernels {
  public static func read(
    _ input: InputMap, block: Int, pixels: Int, range: Range<Int>, into target: MutableFloats
  ) {
    let source = input.map + block * pixels * blockBytes
    switch input.reading {
    case .plain:
      for (place, pixel) in range.enumerated() {
        storeBlock(loadMap(source, pixel), target, place)
      }
    case .activation(let activation):
      readActivated(source, activation, block: block, pixels: pixels, range: range, into: target)
    case .normalizationGradient(let gradient):
      let y = gradient.y + block * pixels * blockBytes
      let gain = loadBlock(gradient.gain, block)
      let slope = loadBlock(gradient.slope, block)
      let offset = loadBlock(gradient.offset, block)
      for (place, pixel) in range.enumerated() {
        let linear = offset.addingProduct(loadMap(y, pixel), slope)
        storeBlock(linear.addingProduct(loadMap(source, pixel), gain), target, place)
      }
    }
  }

  private static func readActivated(
    _ source: Map, _ activation: Activation, block: Int, pixels: Int, range: Range<Int>,
    into target: MutableFloats
  ) {
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
