@preconcurrency import Glibc
import SystemPackage

/// Standard input, output and error of a command, whose other ends may be anything.
public enum StandardStreams {
  /// Makes them safe to use, before anything else is opened.
  ///
  /// A reader that goes away, as `tee` does at Ctrl-C, is then a failed write and ends nothing. A stream
  /// that the process was started without gets a place holder, since the next file that is opened would
  /// become it; writing to it fails as if it were not there.
  public static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) < 0 {
      // The lowest number that is free is this one.
      _ = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Writes what was printed and looks whether all of it arrived, at the end of a command.
  ///
  /// A reader that has gone, such as `head`, has what it wanted: that is no error.
  ///
  /// - Throws: `FileError` for output that is lost, on a full disk say.
  public static func finishOutput() throws(FileError) {
    errno = 0
    let isWritten = fflush(stdout) == 0 && ferror(stdout) == 0
    let reason = errno
    guard !isWritten, !hasLostItsReader(STDOUT_FILENO) else { return }
    let failure = "the output cannot be written"
    throw reason == 0
      ? FileError("standard output", failure)
      : FileError("standard output", failure, code: reason)
  }

  /// Hands on what was printed until now, in the midst of a command.
  ///
  /// - Returns: false where the reader has gone.
  /// - Throws: as `finishOutput`.
  public static func handOnOutput() throws(FileError) -> Bool {
    try finishOutput()
    return !hasLostItsReader(STDOUT_FILENO)
  }

  /// The other end of a pipe is closed.
  private static func hasLostItsReader(_ descriptor: Int32) -> Bool {
    var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return poll(&state, 1, 0) == 1 && state.revents & Int16(POLLERR) != 0
  }
}
