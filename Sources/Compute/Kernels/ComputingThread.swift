internal import CProcessor

/// What every thread that computes does first.
///
/// **Bits.** Denormals become zero on all of them, so that all round alike. The state is the thread's
/// own: a thread that makes numbers for a result and does not come from `WorkerPool` must call this.
public enum ComputingThread {
  public static func prepare() {
    OpenBLASLibrary.useOneThread()
    switch_dist_flush_denormals()
  }
}
