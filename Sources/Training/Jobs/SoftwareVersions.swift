import HDF5
import Kernels
import MPI

/// The libraries that compute, send and store, for a run's record.
package var libraryVersions: String {
  "\(MPILibrary.version), oneDNN \(OneDNNLibrary.version), HDF5 \(HDF5Library.version)"
}
