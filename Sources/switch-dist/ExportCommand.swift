import ArgumentParser
import Files
import Inference
import Runs
import Safetensors
import Settings

/// `switch-dist export`: weights for other programs.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write weights for other programs: ONNX, safetensors.",
    discussion: """
      Examples:
        switch-dist export runs/first --onnx first.onnx --licence CC-BY-4.0
        switch-dist export runs/first/self_best.h5 --safetensors first.safetensors

      The ONNX model takes float32 [N, 1, S, S], gray values from 0 to 1, and gives logits \
      [N, 2, S, S] of background and lesion; S is --img-size, N is free. The safetensors file has \
      the parameters under their published names; train --init, test and predict read it. Both say \
      of themselves what the weights were trained on and with, their scores as far as the run's \
      folder has them, and the licence. The same weights give the same bytes.
      """)

  @Argument(
    help: ArgumentHelp(
      "A run's folder, for its best weights; a checkpoint, or an .h5 or .safetensors file of weights.",
      valueName: "weights"),
    completion: .weights)
  var weights: String

  @Option(
    help: ArgumentHelp("Write the network as an ONNX model.", valueName: "file"),
    completion: .file(extensions: ["onnx"]))
  var onnx: String?

  @Option(
    help: ArgumentHelp("Write the parameters as a safetensors file.", valueName: "file"),
    completion: .file(extensions: [SafetensorsFile.fileExtension]))
  var safetensors: String?

  @Option(help: "Which model of a self-training checkpoint.")
  var model = ModelRole.student

  @Option(
    help: ArgumentHelp(
      "Side of the images the ONNX model takes. (default: as trained, 256 for plain weights)",
      valueName: "pixels"))
  var imgSize: Int?

  @Flag(help: "Give the ONNX model the projector's features as a second output.")
  var projector = false

  @Option(
    help: ArgumentHelp(
      "What may be done with the weights, such as CC-BY-4.0, to stand in the files.",
      valueName: "text"))
  var licence: String?

  func validate() throws {
    guard onnx != nil || safetensors != nil else {
      throw ConfigurationError("name what to write: --onnx FILE, --safetensors FILE or both")
    }
    for path in [onnx, safetensors] where path?.isEmpty == true {
      throw ConfigurationError("an empty name is no file; name one")
    }
    if let onnx, let safetensors, onnx == safetensors {
      throw ConfigurationError("--onnx and --safetensors are both \(onnx): name two files")
    }
    guard !projector || onnx != nil else {
      throw ConfigurationError("--projector is about the ONNX model: give --onnx")
    }
  }

  func run() throws {
    try requireOneProcess("export")
    var request = WeightsExport.Request(
      weights: FileSystem.isFolder(weights) ? .run(weights) : .files([weights]))
    request.role = model
    request.imageSize = imgSize
    request.hasProjector = projector
    request.licence = licence
    let export = try WeightsExport(request)
    try export.check(outputs: [onnx, safetensors].compactMap { $0 })
    var lines: [String] = []
    if let onnx { lines.append(try export.writeONNX(onnx)) }
    if let safetensors { lines.append(try export.writeSafetensors(safetensors)) }
    for line in lines + export.notes.map({ "note: \($0)" }) { print(line) }
  }
}
