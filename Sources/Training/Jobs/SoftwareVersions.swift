import HDF5
import MPI

/// The libraries that compute, send and store, for a run's record.
package var libraryVersions: String {
  "\(MPILibrary.version), HDF5 \(HDF5Library.version)"
}
