internal import COpenMPI

/// A failed MPI call.
///
/// MPI's own errors carry the code and class of the MPI standard (MPI-3.1 §8.4). Errors found
/// before a call is made (a count that does not fit, say) have the code `MPI_ERR_COUNT` or
/// `MPI_ERR_ARG` and their own text.
public struct MPIError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The return code of the call.
  public let code: Int32
  /// The standard's error class of `code`.
  public let errorClass: Int32
  /// The name of the call, such as `MPI_Allreduce`.
  public let call: String
  /// The rank in the world communicator, or -1 before it is known.
  public let rank: Int
  /// The text of `MPI_Error_string`.
  public let message: String

  public var description: String {
    rank < 0 ? "\(call) failed: \(message)" : "rank \(rank): \(call) failed: \(message)"
  }

  init(code: Int32, call: String, rank: Int) {
    self.code = code
    self.call = call
    self.rank = rank
    var errorClass = code
    MPI_Error_class(code, &errorClass)
    self.errorClass = errorClass
    var text = [CChar](repeating: 0, count: Int(MPI_MAX_ERROR_STRING) + 1)
    var length: Int32 = 0
    if MPI_Error_string(code, &text, &length) == MPI_SUCCESS {
      message = String(
        decoding: text.prefix(Int(length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    } else {
      message = "error code \(code)"
    }
  }

  init(code: Int32, call: String, rank: Int, message: String) {
    self.code = code
    self.errorClass = code
    self.call = call
    self.rank = rank
    self.message = message
  }
}

/// Turns a return code of MPI into a throw.
func check(_ code: Int32, _ call: String, rank: Int) throws(MPIError) {
  guard code == MPI_SUCCESS else { throw MPIError(code: code, call: call, rank: rank) }
}
