/// One thing about a set-up that can be wrong, and how to find out.
protocol Examination {
  /// Collective: all ranks come here together, and each gives what it found itself.
  ///
  /// What may fail on one rank alone is a finding, not an error: the others would wait.
  ///
  /// - Throws: `MPIError`, and what all ranks throw together.
  func examine(_ job: ExaminedJob) throws -> [Finding]
}
