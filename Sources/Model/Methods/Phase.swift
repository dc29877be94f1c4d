/// A phase of training, as logs, files and random numbers know it.
public struct Phase: Hashable, Sendable {
  /// As logs, checkpoints and reports call it.
  public let name: String
  /// What options and the names of its files begin with, such as `pre` in `--pre-iters`.
  public let key: String
  /// Its place among the random numbers of a run: what it is decides results.
  public let stream: Int

  private init(name: String, key: String, stream: Int) {
    self.name = name
    self.key = key
    self.stream = stream
  }

  /// On labeled images alone.
  public static let preTraining = Phase(name: "pre-training", key: "pre", stream: 0)
  /// With the teacher's pseudo-labels.
  public static let selfTraining = Phase(name: "self-training", key: "self", stream: 1)
  /// The only phase of a method without a teacher; its length and its files are those that
  /// self-training has in the other methods.
  public static let training = Phase(name: "training", key: "self", stream: 1)

  /// A phase for each key, in the order in which a run has them.
  public static let ofFiles = [preTraining, selfTraining]

  /// Whether a checkpoint may name its phase so.
  public static func isKnown(_ name: String) -> Bool {
    [preTraining, selfTraining, training].contains { $0.name == name }
  }
}
