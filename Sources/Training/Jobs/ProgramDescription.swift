import Digests
import Glibc
import HDF5
import Imaging
import Kernels
import MPI
import Settings

/// What this program is and runs on, for `--version` and for reports of errors.
public enum ProgramDescription {
  public static var text: String {
    """
    switch-dist \(toolVersion)
    build       \(build), \(executableFingerprint)
    libraries   \(libraries)
    processors  \(processors)
    """
  }

  /// The libraries in use, with their versions.
  package static var libraries: String {
    [
      libraryVersions, "OpenBLAS \(OpenBLASLibrary.version)", "OpenSSL \(OpenSSLLibrary.version)",
      "libpng \(PNGLibrary.version)",
    ].joined(separator: ", ")
  }

  private static var build: String {
    #if DEBUG
      let configuration = "debug"
    #else
      let configuration = "release"
    #endif
    // A runtime that was linked in is no library with names.
    let isInside = dlsym(nil, "swift_retain") == nil
    return "\(configuration), Swift runtime \(isInside ? "inside" : "of the toolchain")"
  }

  private static var processors: String {
    let families = VectorUnit.allCases.map(\.rawValue).joined(separator: ", ")
    do {
      return "\(families); here \(try VectorUnit.detect().rawValue)"
    } catch {
      return "\(families); here none: \(error)"
    }
  }

  /// Of the program's file, in hexadecimal; empty where it cannot be read. Ranks of one job have the same.
  static var executableFingerprint: String {
    let file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var fingerprint = Fingerprint64()
    var block = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = read(file, &block, block.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { break }
      block.withUnsafeBytes { fingerprint.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
    return String(fingerprint.value, radix: 16)
  }
}
