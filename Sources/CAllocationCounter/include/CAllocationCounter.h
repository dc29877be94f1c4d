/// Counts the heap allocations of this process, so that the benchmark can show that a training step
/// makes none. The allocation functions of the C library are replaced by ones that count and then
/// call it; the cost is one addition.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct {
  /// Allocations outside of libraries' calls.
  int64_t own;
  /// Allocations within them (between `enter` and `leave`).
  int64_t library;
  /// Allocations of 64 KiB or more by anyone.
  int64_t large;
} switch_dist_allocation_counts;

/// Counts since the process started, of all threads.
switch_dist_allocation_counts switch_dist_allocations(void);

/// Marks the calling thread as being inside a library's call, until `leave`.
void switch_dist_enter_library(void);
void switch_dist_leave_library(void);
