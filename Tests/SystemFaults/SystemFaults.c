#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

// What storage, machines and clocks do to rank 0 of a job. Preloaded; the environment says what happens:
//
//   SWITCH_FAULT_CALL    write, open, fsync, rename, link, unlink, mkdir or truncate
//   SWITCH_FAULT_PATH    only where the path has this in it
//   SWITCH_FAULT_NUMBER  at which of these calls, from 1; all later ones too but for kill
//   SWITCH_FAULT_KIND    kill: the process is gone. ERRNO as a number: the call fails. short: half is
//                        written. lie: nothing is done and success is said.
//   SWITCH_FAULT_CLOCK   seconds by which the time of day is off

static atomic_long seen;

enum { GO_ON, FAIL, SHORT, LIE };

static int meet(const char *call, const char *path) {
  const char *wanted = getenv("SWITCH_FAULT_CALL");
  const char *rank = getenv("OMPI_COMM_WORLD_RANK");
  const char *part = getenv("SWITCH_FAULT_PATH");
  if (!wanted || strcmp(wanted, call) || (rank && strcmp(rank, "0"))) return GO_ON;
  if (!path || (part && !strstr(path, part))) return GO_ON;
  const char *number = getenv("SWITCH_FAULT_NUMBER");
  if (atomic_fetch_add(&seen, 1) + 1 < (number ? atol(number) : 1)) return GO_ON;
  const char *kind = getenv("SWITCH_FAULT_KIND");
  if (!kind || !strcmp(kind, "kill")) raise(SIGKILL);
  if (!strcmp(kind, "short")) return SHORT;
  if (!strcmp(kind, "lie")) return LIE;
  errno = atoi(kind);
  return FAIL;
}

static int meet_file(const char *call, int file) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return GO_ON;
  path[length] = 0;
  return meet(call, path);
}

#define NEXT(name) dlsym(RTLD_NEXT, name)

ssize_t write(int file, const void *bytes, size_t count) {
  ssize_t (*next)(int, const void *, size_t) = NEXT("write");
  switch (meet_file("write", file)) {
    case FAIL: return -1;
    case LIE: return (ssize_t)count;
    case SHORT: return next(file, bytes, count > 1 ? count / 2 : count);
    default: return next(file, bytes, count);
  }
}

#define PWRITE(name, offset_type)                                                     \
  ssize_t name(int file, const void *bytes, size_t count, offset_type offset) {       \
    ssize_t (*next)(int, const void *, size_t, offset_type) = NEXT(#name);            \
    switch (meet_file("write", file)) {                                               \
      case FAIL: return -1;                                                           \
      case LIE: return (ssize_t)count;                                                \
      case SHORT: return next(file, bytes, count > 1 ? count / 2 : count, offset);    \
      default: return next(file, bytes, count, offset);                               \
    }                                                                                 \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define OPEN(name)                                             \
  int name(const char *path, int flags, ...) {                 \
    int (*next)(const char *, int, ...) = NEXT(#name);         \
    va_list arguments;                                         \
    va_start(arguments, flags);                                \
    mode_t mode = va_arg(arguments, mode_t);                   \
    va_end(arguments);                                         \
    if (meet("open", path) == FAIL) return -1;                 \
    return next(path, flags, mode);                            \
  }
OPEN(open)
OPEN(open64)

int fsync(int file) {
  int (*next)(int) = NEXT("fsync");
  int outcome = meet_file("fsync", file);
  return outcome == FAIL ? -1 : outcome == LIE ? 0 : next(file);
}

// Two paths: the second is the one that is made.
#define TWO_PATHS(name)                                        \
  int name(const char *from, const char *to) {                 \
    int (*next)(const char *, const char *) = NEXT(#name);     \
    int outcome = meet(#name, to);                             \
    return outcome == FAIL ? -1 : outcome == LIE ? 0 : next(from, to); \
  }
TWO_PATHS(rename)
TWO_PATHS(link)

int unlink(const char *path) {
  int (*next)(const char *) = NEXT("unlink");
  return meet("unlink", path) == FAIL ? -1 : next(path);
}

int mkdir(const char *path, mode_t mode) {
  int (*next)(const char *, mode_t) = NEXT("mkdir");
  return meet("mkdir", path) == FAIL ? -1 : next(path, mode);
}

#define TRUNCATE(name, offset_type)                            \
  int name(int file, offset_type length) {                     \
    int (*next)(int, offset_type) = NEXT(#name);               \
    return meet_file("truncate", file) == FAIL ? -1 : next(file, length); \
  }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

static time_t clock_error(void) {
  const char *text = getenv("SWITCH_FAULT_CLOCK");
  return text ? (time_t)atoll(text) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int (*next)(clockid_t, struct timespec *) = NEXT("clock_gettime");
  int code = next(clock, now);
  if (clock == CLOCK_REALTIME) now->tv_sec += clock_error();
  return code;
}

time_t time(time_t *now) {
  time_t (*next)(time_t *) = NEXT("time");
  time_t value = next(NULL) + clock_error();
  if (now) *now = value;
  return value;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  int (*next)(struct timeval *, void *) = NEXT("gettimeofday");
  int code = next(now, zone);
  now->tv_sec += clock_error();
  return code;
}
