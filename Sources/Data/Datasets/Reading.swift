import Files
import HDF5

/// Runs HDF5 calls and says their errors as the file's.
func reading<Result: ~Copyable>(
  _ body: () throws(HDF5Error) -> Result
) throws(FileError) -> Result {
  do {
    return try body()
  } catch {
    throw FileError(error)
  }
}
