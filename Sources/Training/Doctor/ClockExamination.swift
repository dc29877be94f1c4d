import Glibc
import MPI
import Telemetry

/// How far the ranks' clocks are apart, by which logs of several hosts and ages of files are read.
struct ClockExamination: Examination {
  private static let tolerance = 1.0

  func examine(_ job: ExaminedJob) throws -> [Finding] {
    guard job.world.size > 1 else { return [] }
    var best = (span: Double.infinity, skew: [Double]())
    for _ in 0..<5 {
      let (span, times) = try reading(job.world)
      if span < best.span { best = (span, times.map { $0 - times[0] }) }
    }
    let odd = best.skew.indices.filter { abs(best.skew[$0]) > Self.tolerance + best.span }
    let most = best.skew.map { abs($0) }.max() ?? 0
    let measures = ["most_seconds": most, "error_seconds": best.span]
    guard !odd.isEmpty else {
      let text = "no clock is more than \(Int(Self.tolerance)) s off that of rank 0"
      return [Finding(.ok, "clocks", text, isOfJob: true, measures: measures)]
    }
    return [
      Finding(
        .warn, "clocks",
        "\(Communicator.naming(odd, hosts: job.hosts)): up to \(decimalText(most, places: 1)) s "
          + "off the clock of rank 0",
        advice: "let a time service (chrony, systemd-timesyncd) set the clocks of all hosts",
        isOfJob: true, measures: measures)
    ]
  }

  /// All ranks read their clocks between the moment when the last one has come and the moment when the
  /// first one leaves: within the shortest time that any rank took.
  private func reading(_ world: Communicator) throws -> (span: Double, times: [Double]) {
    let start = ContinuousClock.now
    try world.barrier()
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    try world.barrier()
    let span = try -world.allReduceMax(-((ContinuousClock.now - start) / .seconds(1)))
    let times = try world.allGather(Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    return (span, times)
  }
}
