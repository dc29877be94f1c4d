import Glibc

/// Runs a test with denormals as IEEE 754 has them. Threads that compute flush them to zero, and threads
/// of tests may have computed before.
func withGradualUnderflow(_ body: () throws -> Void) rethrows {
  var environment = fenv_t()
  fegetenv(&environment)
  var before = environment
  defer { fesetenv(&before) }
  // Flush to zero and denormals are zero, bits 15 and 6 of MXCSR.
  environment.__mxcsr &= ~0x8040
  fesetenv(&environment)
  try body()
}
