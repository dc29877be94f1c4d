#define _GNU_SOURCE
#include "CSignals.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// Between fork and execve, of what other threads were doing only what signal-safety(7) allows.
static void become(const char *program, char *const arguments[], char *const environment[], int input,
                   int output, int farewell, pid_t parent) {
  for (int number = 1; number < 64; number++) {
    if (!switch_dist_was_ignored(number)) signal(number, SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  setsid();
  prctl(PR_SET_PDEATHSIG, farewell);
  // It may have ended before that.
  if (getppid() != parent) _exit(128 + farewell);
  if (dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0) _exit(126);
#ifdef SYS_close_range
  if (syscall(SYS_close_range, 3U, ~0U, 0U) == 0) {
    execve(program, arguments, environment);
    _exit(127);
  }
#endif
  for (long number = sysconf(_SC_OPEN_MAX) - 1; number > 2; number--) close((int)number);
  execve(program, arguments, environment);
  _exit(127);
}

pid_t switch_dist_start(const char *program, char *const arguments[], char *const environment[],
                        int input, int output, int farewell) {
  sigset_t all, before;
  sigfillset(&all);
  pid_t parent = getpid();
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t child = fork();
  if (child == 0) become(program, arguments, environment, input, output, farewell, parent);
  int reason = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  errno = reason;
  return child;
}
