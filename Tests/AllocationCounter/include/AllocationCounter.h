/// Counts the heap allocations of the process it is preloaded into (`LD_PRELOAD`), so that tests can
/// show that a training step makes none. It replaces the allocation functions of the C library by
/// ones that count and then call it. The program finds it by these names, see CAllocationCounter.
#pragma once
#include <stdint.h>

/// Writes the counts since the process started, of all threads: outside of libraries' calls, within
/// them (between `enter` and `leave`), and of 64 KiB or more by anyone.
void allocation_counter_read(int64_t *own, int64_t *library, int64_t *large);

/// Marks the calling thread as being inside a library's call, until `leave`.
void allocation_counter_enter_library(void);
void allocation_counter_leave_library(void);
