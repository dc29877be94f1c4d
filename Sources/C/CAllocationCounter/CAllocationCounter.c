#define _GNU_SOURCE
#include "CAllocationCounter.h"

#include <dlfcn.h>

static void (*read_counts)(int64_t *, int64_t *, int64_t *);
static void (*enter)(void);
static void (*leave)(void);

__attribute__((constructor)) static void find_counter(void) {
  *(void **)&read_counts = dlsym(RTLD_DEFAULT, "allocation_counter_read");
  *(void **)&enter = dlsym(RTLD_DEFAULT, "allocation_counter_enter_library");
  *(void **)&leave = dlsym(RTLD_DEFAULT, "allocation_counter_leave_library");
}

bool switch_dist_read_allocations(switch_dist_allocation_counts *counts) {
  if (read_counts == 0) return false;
  read_counts(&counts->own, &counts->library, &counts->large);
  return true;
}

void switch_dist_enter_library(void) {
  if (enter != 0) enter();
}

void switch_dist_leave_library(void) {
  if (leave != 0) leave();
}
