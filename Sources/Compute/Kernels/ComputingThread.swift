internal import CProcessor

/// What a thread does before it makes numbers that a result depends on.
public enum ComputingThread {
  /// **Bits.** Denormals, results and operands, become zero in the calling thread, so that all threads
  /// round alike. The state is each thread's own: the main one, those of `WorkerPool` and those that
  /// load images set it.
  public static func flushDenormals() { switch_dist_flush_denormals() }

  /// The same, and one thread of OpenBLAS, whose products are small where our threads are many.
  static func prepare() {
    flushDenormals()
    OpenBLASLibrary.useOneThread()
  }
}
