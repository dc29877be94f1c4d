/// A numerical library refused a call, or the processor cannot run the kernels.
public struct KernelError: Error, CustomStringConvertible, Sendable {
  public let description: String

  public init(_ description: String) { self.description = description }
}
