import HDF5
import MPI

/// The libraries that send and store, for a run's record; none decides a bit.
package var libraryVersions: String {
  "\(MPILibrary.version), HDF5 \(HDF5Library.version)"
}
