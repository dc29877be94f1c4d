internal import CProcessor

/// What a thread does before it makes numbers that a result depends on.
public enum ComputingThread {
  /// **Bits.** Denormals, results and operands, become zero in the calling thread, so that all threads
  /// round alike. The state is each thread's own: the main one, those of `WorkerPool` and those that
  /// load images set it.
  public static func flushDenormals() { switch_dist_flush_denormals() }

  /// Gives the main thread, and those it starts, the cores that the process was given: an OpenMP library that
  /// another one brings along keeps it on the first of them where `OMP_PROC_BIND`, `OMP_PLACES` or
  /// `GOMP_CPU_AFFINITY` are set.
  public static func restoreCores() { switch_dist_restore_affinity() }

  /// No denormals, and one thread of OpenBLAS, whose products are small where our threads are many.
  static func prepare() {
    flushDenormals()
    OpenBLASLibrary.useOneThread()
  }
}
