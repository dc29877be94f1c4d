/// Which results this program's source computes: one number for all processors.
///
/// The same data and settings give the same bits under the same number, so that checkpoints carry it. It
/// changes with a change of the source that changes a bit of some result, and then only: such a change
/// alters the known answers too.
///
/// | version | computes |
/// |---|---|
/// | 1 | what depended on the processor family and on oneDNN, and had no number yet |
/// | 2 | in one order on all processors, with kernels of the program's own |
public enum ArithmeticVersion {
  /// Of this source.
  public static let current = 2
  /// Of files that name none, since they are older.
  public static let unnumbered = 1
}
