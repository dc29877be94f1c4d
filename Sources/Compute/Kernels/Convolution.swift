internal import COneDNN
import VectorInterface

/// A convolution on one image: the fastest pass for each direction, and its weights.
///
/// Maps are blocked (see `MapKernels`) or planes of Float, as the shape says.
public final class Convolution {
  public let shape: ConvolutionShape
  private let forwardPass: any ConvolutionPass
  private let dataPass: (any ConvolutionPass)?
  private let weightPass: (any WeightGradientPass)?

  /// - Parameters:
  ///   - backward: whether there are backward passes.
  ///   - needsInputGradient: whether there is one for the input.
  init(
    shape: ConvolutionShape, compute: Compute, engine: OneDNNEngine, backward: Bool,
    needsInputGradient: Bool
  ) throws(KernelError) {
    self.shape = shape
    if shape.isNarrow {
      // Checked here: the kernels are compiled without checks.
      let planeCount = shape.inputIsPlanes ? shape.inputChannels : shape.outputChannels
      guard (1...2).contains(planeCount), shape.kernel == 3,
        shape.inputIsPlanes != shape.outputIsPlanes
      else {
        throw KernelError(
          "a convolution of \(planeCount) planes with a kernel of \(shape.kernel) cannot be planned: one "
            + "side must be one or two planes and the kernel 3")
      }
      let narrow = NarrowShape(shape, lanes: compute.lanes)
      let (maps, planes) = (compute.maps, compute.kernels)
      let toMap: any ConvolutionPass = PlanesToMapPass(narrow, maps: maps, planes: planes)
      let toPlanes: any ConvolutionPass = MapToPlanesPass(narrow, maps: maps)
      forwardPass = shape.inputIsPlanes ? toMap : toPlanes
      dataPass = !backward || !needsInputGradient ? nil : shape.inputIsPlanes ? toPlanes : toMap
      weightPass = backward ? NarrowWeightGradient(narrow, maps: maps, planes: planes) : nil
    } else {
      let descriptors = try ConvolutionDescriptors(
        shape: shape, precision: compute.precision, lanes: compute.lanes)
      let usesWinograd = shape.prefersWinograd
      forwardPass =
        usesWinograd
        ? WinogradPass(shape, forward: true, maps: compute.maps)
        : try OneDNNPass.forward(engine, descriptors)
      if !backward || !needsInputGradient {
        dataPass = nil
      } else if usesWinograd {
        dataPass = WinogradPass(shape, forward: false, maps: compute.maps)
      } else {
        dataPass = try OneDNNPass.data(engine, descriptors)
      }
      if !backward {
        weightPass = nil
      } else if shape.prefersWinogradWeightGradient {
        weightPass = WinogradWeightGradient(shape, maps: compute.maps)
      } else {
        weightPass = try OneDNNWeightGradient(engine, descriptors)
      }
    }
  }

  /// Bytes of scratch that a worker must hand in.
  var scratchBytes: Int {
    max(forwardPass.scratchBytes, dataPass?.scratchBytes ?? 0, weightPass?.scratchBytes ?? 0)
  }

  /// What computes forward, data and weight pass, for logs and benchmarks.
  public var implementations: [String] {
    [forwardPass.implementation]
      + [dataPass?.implementation, weightPass?.implementation].compactMap { $0 }
  }

  /// Whether oneDNN computes one of the passes, which all or none are.
  public var usesLibrary: Bool { forwardPass is OneDNNPass }

  /// Takes over weights [O, I, k, k] and bias [O]. Call after each change of them.
  public func load(weights: Floats, bias: Floats) {
    forwardPass.load(weights: weights, bias: bias)
    dataPass?.load(weights: weights, bias: bias)
  }

  /// output = x ∗ weights + bias.
  public func forward(
    worker: Int, x: Map, output: MutableMap, scratch: UnsafeMutableRawPointer
  ) {
    forwardPass.run(worker: worker, x, into: output, scratch: scratch)
  }

  /// The gradient of the input: written where it is a map, added where it is planes.
  public func backwardData(
    worker: Int, gradient: Map, inputGradient: MutableMap, scratch: UnsafeMutableRawPointer
  ) {
    dataPass?.run(worker: worker, gradient, into: inputGradient, scratch: scratch)
  }

  /// Values that `backwardWeights` writes.
  public var gradientCount: Int { weightPass?.count ?? 0 }
  /// Index of each weight of [O, I, k, k] among them, and of the first bias.
  public var gradientMap: [Int32] { weightPass?.weightMap ?? [] }
  public var gradientBiasStart: Int { weightPass?.biasStart ?? 0 }

  /// The gradients of weights and bias, written.
  public func backwardWeights(
    worker: Int, x: Map, gradient: Map, into values: MutableFloats,
    scratch: UnsafeMutableRawPointer
  ) {
    weightPass?.run(worker: worker, x: x, gradient: gradient, into: values, scratch: scratch)
  }
}
