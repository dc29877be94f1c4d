import HDF5
import Kernels
import MPI

/// The version of this program, as `switch-dist --version` and every checkpoint tell it.
public let toolVersion = "0.1.0"

/// The libraries that compute, send and store, for a run's record.
var libraryVersions: String {
  "\(MPILibrary.version), oneDNN \(OneDNNLibrary.version), HDF5 \(HDF5Library.version)"
}
