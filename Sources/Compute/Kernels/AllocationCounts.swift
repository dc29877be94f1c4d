internal import CAllocationCounter

/// How often this process has asked for heap memory.
public struct AllocationCounts: Sendable {
  /// Outside of Open MPI's calls.
  public var own: Int
  /// Within Open MPI's calls.
  public var library: Int
  /// Of 64 KiB or more, by anyone.
  public var large: Int

  /// Since the process started, on all threads; nil unless a counter was preloaded, as tests do.
  public static var current: AllocationCounts? {
    var counts = switch_dist_allocation_counts()
    guard switch_dist_read_allocations(&counts) else { return nil }
    return AllocationCounts(
      own: Int(counts.own), library: Int(counts.library), large: Int(counts.large))
  }

  public static func - (a: AllocationCounts, b: AllocationCounts) -> AllocationCounts {
    AllocationCounts(own: a.own - b.own, library: a.library - b.library, large: a.large - b.large)
  }
}
