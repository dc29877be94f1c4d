internal import COpenMPI

/// A number that MPI can send and reduce.
public protocol MPIScalar: BitwiseCopyable, Sendable {
  /// The MPI type of the same size and meaning.
  static var mpiType: MPIScalarType { get }
}

/// The predefined MPI types this module uses (MPI-3.1 §3.2.2).
public enum MPIScalarType: Sendable {
  case uint8, int32, uint32, int64, uint64, float, double

  var handle: MPI_Datatype {
    switch self {
    case .uint8: cmpi_uint8()
    case .int32: cmpi_int32()
    case .uint32: cmpi_uint32()
    case .int64: cmpi_int64()
    case .uint64: cmpi_uint64()
    case .float: cmpi_float()
    case .double: cmpi_double()
    }
  }
}

extension UInt8: MPIScalar { public static var mpiType: MPIScalarType { .uint8 } }
extension Int32: MPIScalar { public static var mpiType: MPIScalarType { .int32 } }
extension UInt32: MPIScalar { public static var mpiType: MPIScalarType { .uint32 } }
extension Int64: MPIScalar { public static var mpiType: MPIScalarType { .int64 } }
extension UInt64: MPIScalar { public static var mpiType: MPIScalarType { .uint64 } }
extension Float: MPIScalar { public static var mpiType: MPIScalarType { .float } }
extension Double: MPIScalar { public static var mpiType: MPIScalarType { .double } }

/// The reductions this module offers.
///
/// Minimum, maximum and the sum of integers do not depend on the order in which MPI
/// combines the ranks. The sum of `Float` or `Double` does: it is not reproducible over rank counts.
enum Reduction {
  case sum, minimum, maximum

  var handle: MPI_Op {
    switch self {
    case .sum: cmpi_sum()
    case .minimum: cmpi_min()
    case .maximum: cmpi_max()
    }
  }
}
