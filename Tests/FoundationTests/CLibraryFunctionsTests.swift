import Foundation
import Testing

/// The C library's elementary functions have other last bits from version to version, so nothing
/// that decides a result may call them; `ElementaryFunctions` has those that are needed.
@Suite struct CLibraryFunctionsTests {
  /// Modules whose numbers end in data sets, checkpoints, masks or scores.
  private static let modules = [
    "System/Imaging", "Compute/ElementaryFunctions", "Compute/Kernels", "Compute/RandomNumbers",
    "Compute/Tensors", "Model/Learning", "Model/Methods", "Model/Network", "Data", "Training",
  ]

  /// Calls that are neither members nor declarations, in Double, Float and long double.
  private static func calls(in source: String) throws -> [Substring] {
    let names =
      "acos|acosh|asin|asinh|atan|atan2|atanh|cbrt|cos|cosh|erf|erfc|exp|exp10|exp2|expm1|hypot"
      + "|lgamma|log|log10|log1p|log2|pow|sin|sinh|tan|tanh|tgamma"
    let call = try Regex("(?:^|[^\\w.]|Glibc\\.|Foundation\\.)(?:\(names))[fl]?\\(")
    return source.split(separator: "\n").filter { line in
      let isComment = line.drop { $0 == " " }.hasPrefix("//")
      return !isComment && !line.contains("func ") && line.contains(call)
    }
  }

  @Test(arguments: modules) func noModuleCallsThem(module: String) throws {
    let files = Checkout.swiftFiles(below: "Sources/\(module)")
    #expect(!files.isEmpty)
    for file in files {
      let source = try String(contentsOf: file, encoding: .utf8)
      // Without such an import the names are the module's own.
      guard source.contains(/import (Glibc|Foundation|Darwin|Musl)/) else { continue }
      let calls = try Self.calls(in: source)
      #expect(calls.isEmpty, "\(file.lastPathComponent): \(calls.joined(separator: "; "))")
    }
  }

  @Test func callsAreRecognized() throws {
    let source = """
      let a = cos(x) + 1
      let b = Glibc.expf(x)
      let c = ElementaryFunctions.cos(x) + stream.log(x)
      // and exp(x) in a comment
      public static func sin(_ x: Double) -> Double {
      """
    #expect(try Self.calls(in: source) == ["let a = cos(x) + 1", "let b = Glibc.expf(x)"])
  }
}
