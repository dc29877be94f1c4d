/// A number type that datasets can hold.
public protocol HDF5Scalar: BitwiseCopyable, Sendable {
  /// The HDF5 type with the same bits.
  static var elementType: HDF5ElementType { get }
}

extension Float: HDF5Scalar { public static var elementType: HDF5ElementType { .float32 } }
extension Double: HDF5Scalar { public static var elementType: HDF5ElementType { .float64 } }
extension Int8: HDF5Scalar { public static var elementType: HDF5ElementType { .int8 } }
extension Int16: HDF5Scalar { public static var elementType: HDF5ElementType { .int16 } }
extension Int32: HDF5Scalar { public static var elementType: HDF5ElementType { .int32 } }
extension Int64: HDF5Scalar { public static var elementType: HDF5ElementType { .int64 } }
extension Int: HDF5Scalar { public static var elementType: HDF5ElementType { .int64 } }
extension UInt8: HDF5Scalar { public static var elementType: HDF5ElementType { .uint8 } }
extension UInt16: HDF5Scalar { public static var elementType: HDF5ElementType { .uint16 } }
extension UInt32: HDF5Scalar { public static var elementType: HDF5ElementType { .uint32 } }
extension UInt64: HDF5Scalar { public static var elementType: HDF5ElementType { .uint64 } }
