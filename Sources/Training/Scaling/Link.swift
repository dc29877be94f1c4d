/// What carries a message from one process to another: Hockney's model, latency and bytes over bandwidth.
public struct Link: Equatable, Codable, Sendable {
  /// Seconds of the shortest message, from call to call.
  public var latency: Double
  public var bytesPerSecond: Double

  public init(latency: Double, bytesPerSecond: Double) {
    self.latency = latency
    self.bytesPerSecond = bytesPerSecond
  }

  /// Memory that the ranks of a host share, about.
  package static let sharedMemory = Link(latency: 1e-6, bytesPerSecond: 4e9)
}
