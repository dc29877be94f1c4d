/// The program's side of a counter of heap allocations that may be preloaded into it (tests do, see
/// Tests/AllocationCounter). Without one, memory is left alone and these functions do nothing.
#pragma once
#include <stdbool.h>
#include <stdint.h>

typedef struct {
  /// Allocations outside of libraries' calls.
  int64_t own;
  /// Allocations within them (between `enter` and `leave`).
  int64_t library;
  /// Allocations of 64 KiB or more by anyone.
  int64_t large;
} switch_dist_allocation_counts;

/// Reads the counts since the process started, of all threads; false where nobody counts.
bool switch_dist_read_allocations(switch_dist_allocation_counts *counts);

/// Marks the calling thread as being inside a library's call, until `leave`.
void switch_dist_enter_library(void);
void switch_dist_leave_library(void);
