import Files
import Network
import Settings

/// What the parts of a run cost on the machine, ranks and threads that they were timed on. Runs of the same
/// method, size, batch and data share it, however long they are.
public struct RunCost: Codable, Equatable, Sendable {
  /// One phase.
  public struct Part: Codable, Equatable, Sendable {
    /// `Phase.key`.
    var phase: String
    /// Seconds of an iteration.
    var step: Double
    /// Seconds of an evaluation.
    var evaluation: Double
  }

  /// Phases that have iterations.
  var parts: [Part]
  /// Seconds of the test.
  var test: Double
  var testImages: Int
  /// Of a rank, at least.
  public var mebibytes: Int

  // MARK: For a run

  /// Seconds of a whole run, without loading and checkpoints.
  public func seconds(of configuration: RunConfiguration) -> Double {
    configuration.phases.reduce(test) { sum, plan in
      guard let part = parts.first(where: { $0.phase == plan.phase.key }) else { return sum }
      let iterations = configuration.iterations(of: plan.phase)
      let evaluations = iterations / configuration.schedule.evaluationInterval
      return sum + Double(iterations) * part.step + Double(evaluations) * part.evaluation
    }
  }

  /// Bytes that a run leaves, about: the best and the last checkpoint of each phase, and three pictures of each
  /// test image.
  public func bytes(of configuration: RunConfiguration) -> Int {
    let size = configuration.data.imageSize
    let parameters = UNet(.init(imageSize: size)).graph.layout.parameterCount
    let models = configuration.phases.filter { configuration.iterations(of: $0.phase) > 0 }
      .reduce(0) { $0 + 2 * ($1.usesTeacher ? 3 : 2) }
    let checkpoints = Double(models * parameters * MemoryLayout<Float>.size) * Self.storage
    return Int(checkpoints) + testImages * 2 * size * size + Self.records
  }

  /// Of a file to the values in it, with names, checksums and the ends of chunks.
  private static let storage = 1.02
  /// Bytes of log, measures, report and samples, about.
  private static let records = 1 << 18

  // MARK: As text

  private static let mark = "cost "

  /// One line.
  package var text: String {
    get throws { Self.mark + (try JSON.text(of: self)) }
  }

  /// Finds the line among others; nil where there is none.
  public init?(in output: String) {
    let line = output.split(whereSeparator: \.isNewline).last { $0.hasPrefix(Self.mark) }
    guard let line, let cost = try? JSON.value(RunCost.self, of: line.dropFirst(Self.mark.count))
    else { return nil }
    self = cost
  }

  init(parts: [Part], test: Double, testImages: Int, mebibytes: Int) {
    self.parts = parts
    self.test = test
    self.testImages = testImages
    self.mebibytes = mebibytes
  }
}
