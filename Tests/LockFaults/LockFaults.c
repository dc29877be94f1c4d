#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

// What file systems of clusters lack: the system's locks, and, where SWITCH_TEST_NO_LINKS is set, links.

int flock(int file, int operation) {
  (void)file;
  (void)operation;
  errno = ENOLCK;
  return -1;
}

static int lock_control(const char *name, int file, int command, void *argument) {
  if (command == F_SETLK || command == F_SETLKW || command == F_OFD_SETLK ||
      command == F_OFD_SETLKW) {
    errno = ENOLCK;
    return -1;
  }
  int (*control)(int, int, ...) = (int (*)(int, int, ...))dlsym(RTLD_NEXT, name);
  return control(file, command, argument);
}

#define FORWARD(name)                                     \
  int name(int file, int command, ...) {                  \
    va_list arguments;                                    \
    va_start(arguments, command);                         \
    void *argument = va_arg(arguments, void *);           \
    va_end(arguments);                                    \
    return lock_control(#name, file, command, argument);  \
  }

FORWARD(fcntl)
FORWARD(fcntl64)

int link(const char *from, const char *to) {
  if (getenv("SWITCH_TEST_NO_LINKS")) {
    errno = EPERM;
    return -1;
  }
  return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}
