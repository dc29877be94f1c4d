import Foundation

/// The Python that `launch/test` provides, to read our files back with other people's readers.
///
/// It has tensorboard, h5py, numpy, onnx, onnxruntime and safetensors; the program itself needs no Python. A test that uses it is
/// `.enabled(if: TestPython.isProvided, "SWITCH_TEST_PYTHON is not set, as launch/test does")`: with
/// the variable, a Python that does not work is a failure.
public enum TestPython {
  private static let variable = "SWITCH_TEST_PYTHON"

  public static var isProvided: Bool {
    ProcessInfo.processInfo.environment[variable] != nil
  }

  /// Runs a script and hands out what it printed.
  ///
  /// - Parameters:
  ///   - arguments: `sys.argv[1...]`.
  /// - Throws: `PythonFailure` with the traceback where the script failed or Python is not there.
  public static func run(_ script: String, _ arguments: String...) throws -> String {
    let interpreter = ProcessInfo.processInfo.environment[variable] ?? "python3"
    let outcome = try ChildProcess.run([interpreter, "-c", script] + arguments)
    guard outcome.exitCode == 0 else {
      throw PythonFailure(interpreter: interpreter, output: outcome.output)
    }
    return outcome.standardOutput
  }
}

/// A Python script of a test failed.
public struct PythonFailure: Error, CustomStringConvertible {
  let interpreter: String
  let output: String
  public var description: String { "\(interpreter): \(output)" }
}
