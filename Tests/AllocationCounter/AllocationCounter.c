#include "AllocationCounter.h"

#include <stdatomic.h>
#include <stddef.h>

// The C library's own allocator under the names it exports for replacements like these.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *memory);

static _Atomic int64_t own, library, large;
static _Thread_local int depth __attribute__((tls_model("initial-exec")));

static void count(size_t size) {
  atomic_fetch_add_explicit(depth > 0 ? &library : &own, 1, memory_order_relaxed);
  if (size >= 65536) atomic_fetch_add_explicit(&large, 1, memory_order_relaxed);
}

void *malloc(size_t size) {
  count(size);
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count(number * size);
  return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
  count(size);
  return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
  count(size);
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
  void *result = memalign(alignment, size);
  if (result == NULL) return 12;  // ENOMEM
  *memory = result;
  return 0;
}

void free(void *memory) { __libc_free(memory); }

void allocation_counter_read(int64_t *own_count, int64_t *library_count, int64_t *large_count) {
  *own_count = atomic_load_explicit(&own, memory_order_relaxed);
  *library_count = atomic_load_explicit(&library, memory_order_relaxed);
  *large_count = atomic_load_explicit(&large, memory_order_relaxed);
}

void allocation_counter_enter_library(void) { depth++; }
void allocation_counter_leave_library(void) { depth--; }
