internal import CHDF5

/// What the elements of a dataset or attribute are, as far as this module tells them apart.
public enum HDF5ElementType: String, Sendable {
  case float32, float64
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  case string
  /// The enumeration FALSE, TRUE over int8 that h5py writes for `bool`.
  case bool
  /// Compound, opaque, half precision and everything else.
  case other

  /// Whether elements can be read as numbers (booleans as 0 and 1).
  public var isNumeric: Bool { self != .string && self != .other }

  /// Bytes of one element in memory; 0 for strings and other types.
  public var byteCount: Int {
    switch self {
    case .int8, .uint8, .bool: 1
    case .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    case .string, .other: 0
    }
  }

  /// Identifier of the predefined type in memory, -1 where there is none.
  var nativeID: Int64 {
    switch self {
    case .float32: chdf5_native_float()
    case .float64: chdf5_native_double()
    case .int8, .bool: chdf5_native_int8()
    case .int16: chdf5_native_int16()
    case .int32: chdf5_native_int32()
    case .int64: chdf5_native_int64()
    case .uint8: chdf5_native_uint8()
    case .uint16: chdf5_native_uint16()
    case .uint32: chdf5_native_uint32()
    case .uint64: chdf5_native_uint64()
    case .string, .other: -1
    }
  }

  /// Identifier of the little-endian type in the file, whatever the machine; -1 where there is none.
  var storedID: Int64 {
    switch self {
    case .float32: chdf5_file_float()
    case .float64: chdf5_file_double()
    case .int8, .bool: chdf5_file_int8()
    case .int16: chdf5_file_int16()
    case .int32: chdf5_file_int32()
    case .int64: chdf5_file_int64()
    case .uint8: chdf5_file_uint8()
    case .uint16: chdf5_file_uint16()
    case .uint32: chdf5_file_uint32()
    case .uint64: chdf5_file_uint64()
    case .string, .other: -1
    }
  }

  /// Classifies a stored type.
  init(typeID: Int64) {
    let size = H5Tget_size(typeID)
    switch H5Tget_class(typeID) {
    case H5T_FLOAT: self = size == 4 ? .float32 : size == 8 ? .float64 : .other
    case H5T_STRING: self = .string
    case H5T_ENUM: self = HDF5ElementType.isBoolean(typeID) ? .bool : .other
    case H5T_INTEGER:
      let signed = H5Tget_sign(typeID) != H5T_SGN_NONE
      switch size {
      case 1: self = signed ? .int8 : .uint8
      case 2: self = signed ? .int16 : .uint16
      case 4: self = signed ? .int32 : .uint32
      case 8: self = signed ? .int64 : .uint64
      default: self = .other
      }
    default: self = .other
    }
  }

  private static func isBoolean(_ typeID: Int64) -> Bool {
    CallSite.silence()
    guard H5Tget_nmembers(typeID) == 2, H5Tget_size(typeID) == 1 else { return false }
    return ["FALSE", "TRUE"].enumerated().allSatisfy { index, expected in
      guard let name = H5Tget_member_name(typeID, UInt32(index)) else { return false }
      defer { H5free_memory(name) }
      return String(cString: name) == expected
    }
  }
}
