import MPI
import Tensors

/// Measures what carries the messages of this job: sums of several sizes by themselves, and latency and
/// bandwidth that explain them best.
package struct LinkProbe {
  /// Elements of 8 bytes, and how often each is summed.
  private static let sums = [(1, 40), (512, 40), (4 << 10, 30), (32 << 10, 20), (128 << 10, 10)]

  private final class Values {
    let buffer = AlignedBuffer<Int64>(count: LinkProbe.sums.last?.0 ?? 0)
  }

  /// Collective. Between hosts it is the network that is fitted, on one host its memory.
  ///
  /// - Returns: the link, the same on every rank.
  static func measure(_ interconnect: Interconnect, on world: Communicator) throws -> Link {
    let values = Values()
    let points = try sums.map { count, times in
      let plan = try world.planSum(0..<count, of: values.buffer.values, ownedBy: values)
      let seconds = try median(times, plan, world)
      return point(interconnect, bytes: 8 * count, seconds: seconds)
    }
    return fit(points)
  }

  /// Rounds and bytes over the wire that is looked for, and the seconds they took.
  package struct Point {
    package var rounds: Double
    package var bytes: Double
    package var seconds: Double

    package init(rounds: Double, bytes: Double, seconds: Double) {
      self.rounds = rounds
      self.bytes = bytes
      self.seconds = seconds
    }
  }

  private static func median(
    _ count: Int, _ sum: PersistentSum, _ world: Communicator
  ) throws -> Double {
    var times: [Double] = []
    for _ in 0..<count {
      try world.barrier()
      let start = ContinuousClock.now
      try sum.start()
      try sum.wait()
      times.append((ContinuousClock.now - start) / .seconds(1))
    }
    return try world.allReduceMax(times.sorted()[count / 2])
  }

  private static func point(
    _ interconnect: Interconnect, bytes: Int, seconds: Double
  ) -> Point {
    var point = Point(rounds: 0, bytes: 0, seconds: seconds)
    for round in interconnect.sum(bytes: bytes) {
      if interconnect.isOneHost || round.wire == .network {
        point.rounds += 1
        point.bytes += round.bytes
      } else {
        point.seconds -= interconnect.host.latency + round.bytes / interconnect.host.bytesPerSecond
      }
    }
    return point
  }

  /// The smallest relative errors (weighted least squares) of seconds = rounds · latency + bytes / bandwidth.
  package static func fit(_ points: [Point]) -> Link {
    var (rr, rb, bb, rt, bt) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for point in points where point.seconds > 0 {
      let (rounds, bytes) = (point.rounds / point.seconds, point.bytes / point.seconds)
      rr += rounds * rounds
      rb += rounds * bytes
      bb += bytes * bytes
      rt += rounds
      bt += bytes
    }
    let determinant = rr * bb - rb * rb
    guard determinant > 0 else { return .sharedMemory }
    let latency = (rt * bb - bt * rb) / determinant
    let secondsPerByte = (bt * rr - rt * rb) / determinant
    return Link(
      latency: max(1e-8, latency), bytesPerSecond: 1 / max(1e-12, secondsPerByte))
  }
}
