import Dispatch
import Files
internal import Glibc
import Synchronization

/// How the watch speaks and ends the job, whatever hangs meanwhile.
final class WatchVoice: Sendable {
  private let say: Mutex<@Sendable (WatchNotice) -> Void>

  init(rank: Int) {
    say = Mutex { @Sendable notice in
      let bytes = Array("rank \(rank): \(notice.text)\n".utf8)
      _ = write(STDERR_FILENO, bytes, bytes.count)
    }
  }

  func speak(through say: @escaping @Sendable (WatchNotice) -> Void) {
    self.say.withLock { $0 = say }
  }

  /// Says a line, but waits for it no longer than a moment: the log may lie on what hangs.
  func say(_ notice: WatchNotice) {
    let say = self.say.withLock { $0 }
    let isSaid = DispatchSemaphore(value: 0)
    DispatchQueue.global().async {
      say(notice)
      isSaid.signal()
    }
    _ = isSaid.wait(timeout: .now() + .seconds(3))
  }

  /// Ends this process, its locks and temporary files, and behind it a launcher that cannot end the job by
  /// itself. What hangs keeps no process alive for its files.
  func endJob() -> Never {
    endLauncher()
    DispatchQueue.global().async { OwnedFiles.remove { _exit(RankWatch.exitCode) } }
    sleep(3)
    _exit(RankWatch.exitCode)
  }

  /// Open MPI's launcher waits for hosts that do not answer. It hears of this rank's end first; where it
  /// is still there later it is asked to end, then made to.
  private func endLauncher() {
    let parent = getppid()
    // Open MPI 5's launcher takes a rank for alive as long as its output is open.
    let script = """
      exec </dev/null >/dev/null 2>&1
      is_launcher() { case "$(cat /proc/\(parent)/comm 2>/dev/null)" in
        mpirun|mpiexec|orterun|prterun|orted) true ;; *) false ;; esac }
      for signal in TERM KILL; do
        sleep 5; is_launcher || exit 0; kill -$signal \(parent)
      done
      """
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // In a group of its own, which the launcher does not end with ours.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    let words = ["sh", "-c", script].map { Array($0.utf8CString) }
    var process = pid_t()
    words[0].withUnsafeBufferPointer { shell in
      words[1].withUnsafeBufferPointer { option in
        words[2].withUnsafeBufferPointer { text in
          let arguments = [shell, option, text].map {
            UnsafeMutablePointer(mutating: $0.baseAddress)
          }
          _ = posix_spawn(&process, "/bin/sh", nil, &attributes, arguments + [nil], environ)
        }
      }
    }
  }
}
