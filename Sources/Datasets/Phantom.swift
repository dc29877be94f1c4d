/// placeholder for compilation only
public enum Phantom {
  public static func generate(count: Int, size: Int, seed: UInt64, threads: Int)
    throws(DatasetError) -> Dataset
  {
    throw DatasetError(.invalid, "phantom", "not there")
  }
}
