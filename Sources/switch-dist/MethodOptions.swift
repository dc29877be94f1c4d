import ArgumentParser
import Kernels
import Training

extension Precision: ExpressibleByArgument {}

/// Flags of the method: mixing and losses.
struct MethodOptions: ParsableArguments {
  private static let mixing = MixingConfiguration()
  private static let objective = ObjectiveConfiguration()

  @Option(
    help: ArgumentHelp(
      """
      Training method: switch, bcp (bidirectional copy-paste: one square, no second view) or \
      supervised (the labeled images alone).
      """),
    completion: .list(TrainingMethod.allCases.map(\.rawValue)))
  var method = TrainingMethod.switch.rawValue

  @Option(
    help: "Precision of feature maps and convolutions: fp32, or bf16 for half the memory and time.")
  var precision = Precision.fp32

  @Option(
    help: ArgumentHelp(
      "Side of the swapped low frequencies as a part of the image side; 0 to 1.",
      valueName: "ratio"))
  var fsSize = MethodOptions.mixing.frequencySize

  @Option(help: ArgumentHelp("Patches of half the image side.", valueName: "count"))
  var numCoarsePatches = MethodOptions.mixing.coarsePatchCount

  @Option(help: ArgumentHelp("Patches of an eighth of the image side.", valueName: "count"))
  var numFinePatches = MethodOptions.mixing.finePatchCount

  @Option(help: ArgumentHelp("Weight of the contrastive loss.", valueName: "weight"))
  var contrastiveWeight = MethodOptions.objective.contrastiveWeight

  @Option(help: ArgumentHelp("Weight of the consistency loss.", valueName: "weight"))
  var consistencyWeight = MethodOptions.objective.consistencyWeight

  func apply(to configuration: inout RunConfiguration) throws(ConfigurationError) {
    guard let method = TrainingMethod(rawValue: method) else {
      let known = TrainingMethod.allCases.map(\.rawValue).joined(separator: ", ")
      throw ConfigurationError("--method must be \(known), not \(method)")
    }
    configuration.method = method
    configuration.precision = precision
    configuration.mixing.frequencySize = fsSize
    configuration.mixing.coarsePatchCount = numCoarsePatches
    configuration.mixing.finePatchCount = numFinePatches
    configuration.objective.contrastiveWeight = contrastiveWeight
    configuration.objective.consistencyWeight = consistencyWeight
  }
}
