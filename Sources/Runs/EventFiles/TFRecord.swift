/// The framing of TensorFlow's record files: length as 8 bytes, its masked CRC-32C, the data, their
/// masked CRC-32C, all little-endian (tensorflow.org/tutorials/load_data/tfrecord).
public enum TFRecord {
  public static func framed(_ data: [UInt8]) -> [UInt8] {
    let length = littleEndian(UInt64(data.count))
    return length + littleEndian(CRC32C.masked(length)) + data
      + littleEndian(CRC32C.masked(data))
  }

  private static func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
