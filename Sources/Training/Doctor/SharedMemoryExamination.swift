import Files

/// Room for the messages between ranks of one machine.
struct SharedMemoryExamination: Examination {
  private static let folder = "/dev/shm"
  /// Of a rank: Open MPI's segment of 4 MiB, and as much for large messages.
  private static let bytesOfRank = 8 << 20

  func examine(_ job: ExaminedJob) -> [Finding] {
    guard job.node.size > 1, job.node.rank == 0 else { return [] }
    guard let volume = try? Volume(of: Self.folder), FileSystem.isWritable(Self.folder) else {
      return [
        Finding(
          .warn, "shared-memory",
          "\(Self.folder) cannot be written to: ranks of this host write to a disk instead",
          advice: "mount a tmpfs there")
      ]
    }
    let need = Self.bytesOfRank * job.node.size
    guard volume.freeBytes < need else {
      return [Finding(.ok, "shared-memory", "\(Self.folder) has room for the ranks of a host")]
    }
    return [
      Finding(
        .warn, "shared-memory",
        "\(Self.folder) has \(volume.freeBytes >> 20) MiB left, \(job.node.size) ranks may need "
          + "\(need >> 20)",
        advice: "remove what lies there, or give the container more: docker run --shm-size=1g")
    ]
  }
}
