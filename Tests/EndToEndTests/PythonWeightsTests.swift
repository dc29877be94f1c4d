import Foundation
import TestSupport
import Testing

/// The Python snippets of "Files", run with h5py and numpy against a stand-in for PyTorch.
///
/// `SWITCH_TEST_PYTHON` names the Python to use.
@Suite struct PythonWeightsTests {
  private static let python = ProcessInfo.processInfo.environment["SWITCH_TEST_PYTHON"]

  /// What the snippets need of PyTorch: tensors that wrap arrays, and a model with a state dict.
  private static let standIn = """
    import sys, types
    import numpy

    class Tensor:
        def __init__(self, array): self.array = numpy.array(array)
        def detach(self): return self
        def cpu(self): return self
        def numpy(self): return self.array

    class Model:
        def load_state_dict(self, state): self.state = dict(state)
        def state_dict(self): return self.state

    sys.modules["torch"] = types.SimpleNamespace(tensor=Tensor)
    model = Model()

    """

  /// The Python blocks of the page, in their order.
  private func snippets() throws -> [String] {
    let readme = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(
        path: "Sources/switch-dist/Documentation.docc/Files.md")
    let text = try String(contentsOf: readme, encoding: .utf8)
    return text.components(separatedBy: "```python\n").dropFirst()
      .compactMap { $0.components(separatedBy: "```").first }
  }

  @Test(.enabled(if: python != nil, "SWITCH_TEST_PYTHON does not name a Python with h5py"))
  func weightsGoToPythonAndBack() throws {
    let python = try #require(Self.python)
    let workspace = try Workspace()
    let training = try workspace.train("runs/first", ["--pre-iters", "2", "--self-iters", "2"])
    try #require(training.exitCode == 0, "\(training.output)")
    let snippets = try snippets()
    try #require(snippets.count == 2)
    let check = """
      weight = model.state["encoder.in_conv.conv_conv.0.weight"].array
      assert weight.shape == (16, 1, 3, 3) and weight.dtype == numpy.float32, weight
      print(len(model.state), file=sys.stderr)

      """
    try workspace.folder.write(
      Self.standIn + snippets[0] + check + snippets[1], to: "snippets.py")
    let outcome = try ChildProcess.run(
      [python, "snippets.py"], directory: workspace.folder.path)
    try #require(outcome.exitCode == 0, "\(outcome.output)")
    // The state dict of the published model: 92 parameters and the buffers of 20 batch norms.
    #expect(outcome.standardError == "152\n", "\(outcome.output)")

    // What Python wrote scores as the checkpoint it came from, and training can start on it.
    for (weights, output) in [("runs/first/self_best.h5", "a"), ("init.h5", "b")] {
      let test = try workspace.run(
        ["test", "--weights", weights, "--img-size", "64", "--dataset", "./set", "--no-overlays"]
          + ["--output", output])
      try #require(test.exitCode == 0, "\(test.output)")
      let start = try workspace.train("from_\(output)", ["--init", weights, "--stop-after", "2"])
      #expect(start.exitCode == 3, "\(start.output)")
    }
    let scores = "test_student_scores.csv"
    #expect(try workspace.text("a/\(scores)") == workspace.text("b/\(scores)"))
    let digests = try ["a", "b"].map {
      try workspace.inspect("from_\($0)/pre_last.h5")["digest"] as? String
    }
    #expect(digests[0] != nil && digests[0] == digests[1])
  }
}
