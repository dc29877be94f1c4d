import RandomNumbers
import Tensors
import VectorInterface

extension NetworkRunner {
  /// Hands out what the convolutions that a library computes make of fixed numbers: what the network's
  /// bits owe to that library's version and to the processor it chooses its code for. Weights are loaded
  /// anew afterwards by `load`.
  public func sampleLibraryPasses(_ use: (UnsafeRawBufferPointer) -> Void) {
    var stream = RandomStream(seed: 1, purpose: .kernelProbe)
    func numbers(_ count: Int) -> AlignedBuffer<Float> {
      let buffer = AlignedBuffer<Float>(count: count)
      for k in 0..<count { buffer.values[k] = Float(stream.uniform(in: -1..<1)) }
      return buffer
    }
    for convolution in stages.map(\.convolution.convolution) where convolution.usesLibrary {
      let shape = convolution.shape
      let weights = numbers(shape.weightCount)
      let bias = numbers(shape.outputChannels)
      convolution.load(weights: Floats(weights.baseAddress), bias: Floats(bias.baseAddress))
      let x = map(shape.inputParts, shape.height * shape.width, &stream)
      let y = map([shape.outputChannels], shape.height * shape.width, &stream)
      let xGradient = map(shape.inputParts, shape.height * shape.width, &stream)
      let gradient = AlignedBuffer<Float>(count: convolution.gradientCount)
      convolution.backwardWeights(
        worker: 0, x: Map(x.baseAddress), gradient: Map(y.baseAddress),
        into: gradient.baseAddress)
      convolution.backwardData(
        worker: 0, gradient: Map(y.baseAddress), inputGradient: MutableMap(xGradient.baseAddress))
      convolution.forward(
        worker: 0, x: Map(x.baseAddress), output: MutableMap(y.baseAddress))
      use(UnsafeRawBufferPointer(gradient.values))
      use(UnsafeRawBufferPointer(xGradient.values))
      use(UnsafeRawBufferPointer(y.values))
    }
  }

  /// A blocked map of random numbers; what pads its channels to whole blocks is zero.
  private func map(
    _ parts: [Int], _ pixels: Int, _ stream: inout RandomStream
  ) -> AlignedBuffer<UInt8> {
    let lanes = compute.lanes
    let blocks = parts.map { ($0 + lanes - 1) / lanes }
    let bytes = compute.maps.valueBytes
    let buffer = AlignedBuffer<UInt8>(count: blocks.reduce(0, +) * lanes * pixels * bytes)
    let memory = UnsafeMutableRawPointer(buffer.baseAddress)
    var place = 0
    for (part, count) in zip(parts, blocks) {
      for block in 0..<count {
        for _ in 0..<pixels {
          for lane in 0..<lanes {
            let isUsed = block * lanes + lane < part
            let bits = isUsed ? Float(stream.uniform(in: -1..<1)).bitPattern : 0
            if bytes == 4 {
              memory.storeBytes(of: bits, toByteOffset: place, as: UInt32.self)
            } else {
              memory.storeBytes(of: UInt16(bits >> 16), toByteOffset: place, as: UInt16.self)
            }
            place += bytes
          }
        }
      }
    }
    return buffer
  }
}
